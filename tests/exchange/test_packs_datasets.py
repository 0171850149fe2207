"""``datasets.yaml``: what is read, and that every fault is told with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.core.datasets import DataClass, GeoUnit, Objective, UpdateUnit
from mudmai.core.errors import PackError
from mudmai.core.language import Text
from mudmai.exchange.packs import check_pack, load_pack
from mudmai.exchange.packs.kept import read_packs
from mudmai.exchange.packs.kept import write_packs as write_packs_as_json
from tests.exchange.pack_samples import write_packs

SOUND = """\
organisations:
  - id: office
    name: {th: สำนักงาน, en: Office}
    url: https://office.example
datasets:
  - id: the-money
    title: {th: เงิน, en: Money}
    notes: {th: หมายเหตุ, en: Notes}
    publisher: office
    contact: {name: {th: โต๊ะข้อมูล, en: Data desk}, email: data@office.example}
    licence: cc-by
    tags: [{th: เงิน, en: money}]
    objectives: [mission]
    update: quarter
    geo_unit: region
    data_source: {th: บัญชี, en: Accounts}
    data_class: shared
    series: [money]
    tables: [demo/money]
"""


def written(folder: Path, text: str) -> Path:
    pack = write_packs(folder)
    (pack / "datasets.yaml").write_text(text, "utf-8")
    return pack


def test_metadata_is_read_checked_and_kept(tmp_path: Path) -> None:
    directory = written(tmp_path, SOUND)
    assert check_pack(directory) == ()
    pack = load_pack(directory)
    (one,) = pack.datasets
    assert (one.id, one.title, one.publisher.id, one.contact.email) == (
        "the-money", Text("เงิน", "Money"), "office", "data@office.example",
    )  # fmt: skip
    assert (one.data_class, one.update, one.geo_unit) == (DataClass.SHARED, UpdateUnit.QUARTER, GeoUnit.REGION)
    assert (one.objectives, one.series, one.tables, one.is_open) == (
        (Objective.MISSION,), ("money",), ("demo/money",), False,
    )  # fmt: skip
    places = load_pack(tmp_path / "places")
    again = read_packs(write_packs_as_json([places, pack]), {"places": places.directory, "demo": pack.directory})
    assert again[1].datasets == pack.datasets


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("publisher: office", "publisher: offices", "pack_unknown_id", 9),
        ("licence: cc-by", "licence: mine", "pack_unknown_id", 11),
        ("series: [money]", "series: [monney]", "pack_unknown_id", 18),
        ("data_class: shared", "data_class: secret", "pack_value", 17),
        ("email: data@office.example", "email: nobody", "pack_value", 10),
        ("id: the-money", "id: The Money", "pack_value", 6),
        ("update: quarter", "update: quarterly", "pack_value", 14),
        ("    objectives: [mission]\n", "", "pack_missing_key", 6),
        ("    tags:", "    keywords:", "pack_unknown_key", 12),
    ],
)
def test_every_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    assert old in SOUND
    with pytest.raises(PackError) as caught:
        load_pack(written(tmp_path, SOUND.replace(old, new)))
    found = {(p.code, p.where.line) for p in caught.value.problems}
    assert (code, line) in found, found
    assert {p.where.file for p in caught.value.problems} == {"demo/datasets.yaml"}
