"""Names stand in the order of a Thai dictionary."""

from __future__ import annotations

import pytest

from mudmai.core.collation import dictionary_order


@pytest.mark.parametrize(
    "names",
    [
        ["กระบี่", "เกาะสมุย", "ขอนแก่น", "คลองผดุง", "เชียงราย", "นครสวรรค์", "แม่เมาะ", "ยะลา", "แสนสุข"],
        ["ขา", "ข่า", "ข้า", "ขาง", "ค่า"],
        ["ไตรตรึงษ์", "โทน", "ไทยวัง", "น่าน", "แพร่", "ใหม่", "อุบลราชธานี"],
        ["Bangkok", "chiang mai", "Chonburi", "Nan"],
    ],
)
def test_names_as_in_a_dictionary(names: list[str]) -> None:
    found = names[::-1]
    found.sort(key=dictionary_order)
    assert found == names
