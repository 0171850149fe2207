"""Provinces, districts and subdistricts of Thailand: codes and names against codes known independently."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from mudmai.core.areas import AreaSystem
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.exchange.packs import check_pack, load_pack, shipped_packs

ROOT = Path(__file__).resolve().parents[2]
GEO = ROOT.parent / "shared" / "data" / "geo"


@cache
def catalogue() -> Catalogue:
    return load_pack(shipped_packs() / "th-admin").catalogue


def system() -> AreaSystem:
    return catalogue().area_systems["th-admin"]


def test_the_pack_has_no_problems_and_the_official_numbers() -> None:
    assert check_pack(shipped_packs() / "th-admin") == ()
    assert Counter(a.level for a in system().areas) == {
        "kingdom": 1, "province": 77, "district": 928, "subdistrict": 7436
    }  # fmt: skip
    assert all(system().by_code[a.code].parent == f"TH-{a.code[3:-2]}" for a in system().level("subdistrict"))


@pytest.mark.parametrize(
    ("code", "th", "en"),
    [
        ("10", "กรุงเทพมหานคร", "Bangkok"),
        ("17", "สิงห์บุรี", "Sing Buri"),
        ("33", "ศรีสะเกษ", "Si Sa Ket"),
        ("38", "บึงกาฬ", "Bueng Kan"),
        ("40", "ขอนแก่น", "Khon Kaen"),
        ("96", "นราธิวาส", "Narathiwat"),
        ("1001", "พระนคร", "Phra Nakhon"),
        ("1701", "เมืองสิงห์บุรี", "Mueang Sing Buri"),
        ("3301", "เมืองศรีสะเกษ", "Mueang Si Sa Ket"),
        ("5001", "เมืองเชียงใหม่", "Mueang Chiang Mai"),
        ("400101", "ในเมือง", "Nai Mueang"),
        ("100101", "พระบรมมหาราชวัง", "Phra Borom Maha Ratchawang"),
    ],
)
def test_known_codes(code: str, th: str, en: str) -> None:
    area = system().find(code)
    assert (area.code, area.name.th, area.name.en) == (f"TH-{code}", th, en)
    assert system().find(f"TH{code}") is area


def test_districts_and_subdistricts_agree_with_the_collected_tables() -> None:
    if not GEO.is_dir():
        pytest.skip("the collected tables of areas are not here (../shared/data/geo)")
    for name, level in (("districts.csv", "district"), ("subdistricts.csv", "subdistrict")):
        with (GEO / name).open(encoding="utf-8-sig", newline="") as file:
            given = {row["code"]: row["name_th"].removeprefix("เขต") for row in csv.DictReader(file)}
        own = {a.code.removeprefix("TH-"): a.name.th.removeprefix("เขต") for a in system().level(level)}
        assert own == given


def test_areas_live_from_the_day_that_a_notice_tells() -> None:
    born = {a.code: a.valid_from for a in system().areas if a.valid_from}
    assert born["TH-38"] == born["TH-3801"] == born["TH-380101"] == date(2011, 3, 23)
    assert born["TH-5025"] == date(2009, 12, 26)
    assert "TH-1047" not in born, "Bang Na was there before its khwaeng were parted in 2017"
    assert born["TH-104702"] == date(2017, 7, 26)
    assert not system().by_code["TH-3801"].is_valid_in(Period.year(2010))
    assert system().by_code["TH-3801"].is_valid_in(Period.year(2011))


def test_one_name_in_many_places_has_one_code_each() -> None:
    named = [a.code for a in system().level("subdistrict") if a.name.th == "ในเมือง"]
    assert len(named) > 10
    assert {"TH-400101", "TH-300101"} <= set(named)


def test_provinces_are_those_of_the_other_systems() -> None:
    for other in ("th-nesdc", "th-nso", "th-nso-income", "th-clusters"):
        for ends in (("th-admin", other), (other, "th-admin")):
            assert len(catalogue().crosswalks[ends].one_to_one) == 78, ends
    kept = catalogue().area_systems["th-nesdc"].by_code
    assert all(kept[a.code].name == a.name and kept[a.code].aliases == a.aliases for a in system().level("province"))
    assert set(catalogue().crosswalks["th-admin", "th-nation"].into) == {"TH"}


def test_the_table_is_what_the_script_makes() -> None:
    pytest.importorskip("geothai")
    done = subprocess.run(
        [sys.executable, "scripts/retabulate_admin_areas.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
