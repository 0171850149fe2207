"""The pack that the how-to page on indices writes is a sound one, and its index has scores over the starter data."""

from __future__ import annotations

import re
from pathlib import Path

from mudmai.exchange.packs import check_pack
from mudmai.workspace import Workspace
from mudmai.workspace.index_noise import index_noise
from mudmai.workspace.indices import compute_index

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "indices.md"
BLOCK = re.compile(r"^`(my-indices/[^`]+)`\n\n```yaml\n(.*?)^```$", re.M | re.S)


def test_the_pack_of_the_page_is_sound_and_computed(tmp_path: Path) -> None:
    files = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    assert set(files) == {"my-indices/pack.yaml", "my-indices/indices.yaml"}
    for name, text in files.items():
        path = tmp_path / "packs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert check_pack(tmp_path / "packs" / "my-indices") == ()
    workspace = Workspace.open(tmp_path)
    workspace.init()
    view = compute_index(workspace, "my-index")
    scored = [row for row in view.rows if row.score is not None]
    assert scored and len(scored) < len(view.rows), "provinces without a figure of income have no score"
    noise = index_noise(workspace, view)
    by_indicator = {one.indicator.id: one for one in noise.left_out}
    without_gini = by_indicator["gini"]
    assert without_gini.compared == len(scored) and without_gini.gained == len(view.rows) - len(scored)
    assert without_gini.most_shift is not None and 0 < without_gini.most_shift < len(scored)
