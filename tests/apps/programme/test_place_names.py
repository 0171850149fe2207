"""Places as officers write them."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from mudmai.apps.programme.place_names import place_named
from mudmai.apps.registry.areas import AreaRef
from mudmai.core.errors import InputError


@pytest.fixture(autouse=True)
def _thailand(_settings: None, settings: Settings) -> None:
    settings.MUDMAI_CATALOGUE = "tests.apps.programme.test_area_money.thailand"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("ต.ในเมือง อ.เมืองขอนแก่น จ.ขอนแก่น", "TH-400101"),
        ("ต.ในเมืองอ.เมืองขอนแก่นจ.ขอนแก่น", "TH-400101"),
        ("ตำบลในเมือง อำเภอเมือง จังหวัดขอนแก่น", "TH-400101"),
        ("ในเมือง เมืองขอนแก่น ขอนแก่น", "TH-400101"),
        ("Nai Mueang, Mueang Khon Kaen, Khon Kaen", "TH-400101"),
        ("แขวงบางนาเหนือ เขตบางนา กทม.", "TH-104702"),
        ("เขตพระนคร", "TH-1001"),
        ("ต.บ้านเป็ด จ.ขอนแก่น", "TH-400115"),
        ("400101", "TH-400101"),
        ("๔๐๐๑๐๑", "TH-400101"),
        ("TH400101", "TH-400101"),
        ("ในเมือง (TH-400101)", "TH-400101"),
        ("จ.สิงห์บุรี", "TH-17"),
        ("ศรีสะเกษ", "TH-33"),
        ("อ.เมือง จ.อยุธยา", None),
    ],
)
def test_codes_names_and_addresses(written: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(InputError):
            place_named(written)
        return
    assert place_named(written).code == code


def test_the_first_system_that_knows_a_place_is_taken() -> None:
    assert place_named("ขอนแก่น") == AreaRef("th-nesdc", "TH-40")
    assert place_named("อ.เมืองขอนแก่น") == AreaRef("th-admin", "TH-4001")


def test_a_name_of_several_areas_is_told_with_the_choices() -> None:
    with pytest.raises(InputError) as refused:
        place_named("ต.ในเมือง")
    assert refused.value.code == "unknown_name"
    assert "อาจหมายถึงได้หลายพื้นที่" in refused.value.message.th
    assert "TH-300101 ในเมือง เมืองนครราชสีมา นครราชสีมา" in refused.value.remedy.th
    assert "more" in refused.value.remedy.en
    with pytest.raises(InputError) as again:
        place_named("ต.ในเมือง จ.ขอนแก่น")
    assert "TH-400101" in again.value.remedy.en and "TH-300101" not in again.value.remedy.en


def test_what_contradicts_itself_or_is_misspelt_is_never_guessed() -> None:
    for written in ("ต.บ้านเป็ด อ.เมือง จ.เชียงใหม่", "ไม่มีที่นี่แน่นอน", "999999"):
        with pytest.raises(InputError, match=r".*"):
            place_named(written)
    with pytest.raises(InputError) as refused:
        place_named("ต.บ้านเป็ดด จ.ขอนแก่น")
    assert "TH-400115" in refused.value.remedy.th
