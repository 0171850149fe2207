"""Area names as people write them, in the area systems that ship."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudmai.core.area_names import AreaNames, NameForms, Reason, fold_name
from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import Text, same
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.sheets.name_forms import shipped_name_forms

SYSTEMS = load_pack(shipped_packs() / "th-areas").catalogue.area_systems
PROVINCES = AreaNames(SYSTEMS["th-nesdc"], shipped_name_forms())
CLUSTERS = AreaNames(SYSTEMS["th-clusters"], shipped_name_forms())

TOWNS = AreaSystem(
    "toy",
    same("toy"),
    (
        Area("K", Text("แดน", "Land"), "kingdom"),
        Area("P1", Text("ลำปาง", "Lampang"), "province", "K", aliases=("52",)),
        Area("P2", Text("เชียงใหม่", "Chiang Mai"), "province", "K"),
        Area("D11", Text("เมืองลำปาง", "Mueang Lampang"), "district", "P1"),
        Area("D21", Text("เมืองเชียงใหม่", "Mueang Chiang Mai"), "district", "P2"),
        Area("D22", Text("แม่ริม", "Mae Rim"), "district", "P2"),
        Area("T111", Text("บ้านแลง", "Ban Laeng"), "subdistrict", "D11"),
        Area("T211", Text("สันทราย", "San Sai"), "subdistrict", "D21"),
        Area("T112", Text("สันทราย", "San Sai"), "subdistrict", "D11"),
        Area("M2", Text("เทศบาลนครเชียงใหม่", "Chiang Mai City Municipality"), "municipality", "P2"),
    ),
)
TOY = AreaNames(TOWNS, shipped_name_forms())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("เชียงใหม่", "TH-50"),
        ("จังหวัดเชียงใหม่", "TH-50"),
        ("จ.เชียงใหม่", "TH-50"),
        ("จ. เชียง\u200bใหม่ \u00a0", "TH-50"),
        ("เเพร่", "TH-54"),
        ("ลํา\u00a0ปาง", "TH-52"),
        ("กทม.", "TH-10"),
        ("กรุงเทพฯ", "TH-10"),
        ("BANGKOK METROPOLIS", "TH-10"),
        ("PHRA NAKHON SRI AYUTHAYA", "TH-14"),
        ("Phra Nakhon Si Ayudhya", "TH-14"),
        ("Sisaket", "TH-33"),
        ("SINGBURI", "TH-17"),
        ("Buriram Province", "TH-31"),
        ("Changwat Nan", "TH-55"),
        ("PHANGNGA", "TH-82"),
        ("10", "TH-10"),
        ("๑๐", "TH-10"),
        ("th-50", "TH-50"),
        ("NORTHEASTERN", "NESDC-NE"),
        ("ภาคอีสาน", "NESDC-NE"),
        ("BANGKOK AND VICINITIES", "NESDC-BKV"),
        ("Northern Region", "NESDC-N"),
        ("ภาคเหนือ", "NESDC-N"),
        ("WHOLE KINGDOM", "TH"),
        ("รวมทั้งประเทศ", "TH"),
        ("ทั่วราชอาณาจักร", "TH"),
        ("รวมภาคเหนือ", "NESDC-N"),
    ],
)
def test_certain_names(text: str, code: str) -> None:
    found = PROVINCES.find(text)
    assert (found.code, found.confidence) == (code, 1.0)


@pytest.mark.parametrize(
    ("text", "code"),
    [("เชียงไหม่", "TH-50"), ("นครราชสีม", "TH-30"), ("สุราษฎธานี", "TH-84"), ("Chiang Maii", "TH-50"), ("จ.ลำพุน", "TH-51")],
)
def test_misspelt_names_are_guesses_only(text: str, code: str) -> None:
    found = PROVINCES.find(text)
    assert found.code is None and found.reason is Reason.GUESS
    assert found.guess == code and 0 < found.confidence < 1


@pytest.mark.parametrize("text", ["", "-", "รวม", "หมายเหตุ", "ชาย", "แดนสนธยา", "นคร"])
def test_other_words_are_no_areas(text: str) -> None:
    found = PROVINCES.find(text)
    assert found.code is None and found.guess is None


def test_a_name_between_two_is_ambiguous() -> None:
    two = AreaSystem("two", same("two"), (Area("A", same("Banlung"), "x"), Area("B", same("Banleng"), "x")))
    found = AreaNames(two).find("Banling")
    assert found.code is None and set(found.candidates) == {"A", "B"} and found.reason is Reason.AMBIGUOUS


def test_one_tambon_name_in_two_provinces() -> None:
    assert TOY.find("ต.สันทราย").reason is Reason.AMBIGUOUS
    assert set(TOY.find("สันทราย").candidates) == {"T211", "T112"}
    assert TOY.find("ต.สันทราย", context=("P1",)).code == "T112"
    assert TOY.find("สันทราย", context=("D21",)).code == "T211"
    assert TOY.find("สันทราย", context=("K",)).code is None


def test_the_level_in_a_name_counts() -> None:
    assert TOY.find("อ.เมือง", context=("P2",)).code == "D21"
    assert TOY.find("เมือง").code is None
    assert TOY.find("ทน.เชียงใหม่").code == "M2"
    assert TOY.find("จ.เชียงใหม่").code == "P2"
    assert TOY.find("อ.ลำปาง").code is None


def test_a_group_known_by_its_members() -> None:
    text = "UPPER NORTHERN SUBREGION 2 (CHIANG RAI, PHRAE, NAN and PHAYAO)"
    assert (CLUSTERS.find(text).code, CLUSTERS.find(text).reason) == ("CL-N-U2", Reason.MEMBERS)
    assert CLUSTERS.find("SOMETHING (CHIANG RAI, PHRAE and NAN)").code is None


def test_learnt_aliases_win() -> None:
    found = PROVINCES.find("เวียงพิงค์", aliases={fold_name("เวียงพิงค์"): "TH-50"})
    assert (found.code, found.reason) == ("TH-50", Reason.ALIAS)
    assert PROVINCES.find("เวียงพิงค์", aliases={fold_name("เวียงพิงค์"): "XX"}).code is None


def test_a_level_may_be_preferred() -> None:
    names = AreaNames(SYSTEMS["th-nso"], shipped_name_forms())
    assert names.find("กรุงเทพมหานคร").reason is Reason.AMBIGUOUS
    assert AreaNames(SYSTEMS["th-nso"], shipped_name_forms(), ("province",)).find("กทม.").code == "TH-10"


def test_every_area_is_found_by_both_its_names() -> None:
    for names in (PROVINCES, CLUSTERS):
        for area in names.system.areas:
            for name in (area.name.th, area.name.en, area.name.en.upper(), area.code, *area.aliases):
                assert names.find(name).code == area.code, name


def test_every_spelling_of_the_pack_names_an_area_of_some_system() -> None:
    known = {fold_name(n) for s in SYSTEMS.values() for a in s.areas for n in (a.name.th, a.name.en)}
    assert [name for name in shipped_name_forms().spellings.values() if fold_name(name) not in known] == []


@given(st.text(max_size=25))
def test_any_text_is_answered(text: str) -> None:
    found = PROVINCES.find(text)
    assert found.code is None or found.confidence == 1.0


def test_forms_merge() -> None:
    merged = NameForms(prefixes={"a": "x"}, whole=("all",)).merged(NameForms(prefixes={"a": "y"}, whole=("sum",)))
    assert merged.prefixes == {"a": "y"} and merged.whole == ("all", "sum")
