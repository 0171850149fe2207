"""Names say the noun: no module or folder is a junk drawer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.tracked import ROOT, tracked_files

JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "service", "services"}


def junk_drawers(path: Path) -> set[str]:
    """The parts of a relative path that name nothing: folders and the file's own name without its ending."""
    names = {*path.parts[:-1], path.name.partition(".")[0]}
    return {name for name in names if name.lower().strip("_") in JUNK_DRAWERS}


def test_no_file_or_folder_is_a_junk_drawer() -> None:
    named = {str(path): found for path in tracked_files() if (found := junk_drawers(path.relative_to(ROOT)))}
    assert named == {}


@pytest.mark.parametrize(
    "path", ["src/mudmai/utils/dates.py", "src/mudmai/core/helpers.py", "src/mudmai/web/assets/src/common.ts"]
)
def test_a_junk_drawer_is_found(path: str) -> None:
    assert junk_drawers(Path(path)) != set()


@pytest.mark.parametrize("path", ["src/mudmai/core/areas.py", "src/mudmai/packs/th-m8/services-index.yaml"])
def test_a_noun_of_the_field_is_not(path: str) -> None:
    assert junk_drawers(Path(path)) == set()
