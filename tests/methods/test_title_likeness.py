"""Titles that are alike: by letters and by numbers, by blocking as by comparing all."""

from __future__ import annotations

import random

from mudmai.methods.title_likeness import OTHER_NUMBERS, Titles, alike_titles, numbers_in


def test_numbers_keep_two_roads_apart() -> None:
    roads = ["ก่อสร้างถนนสาย 1 หมู่ที่ ๓", "ก่อสร้างถนน สาย ๑ หมู่ที่ 3", "ก่อสร้างถนนสาย 2 หมู่ที่ 3"]
    found = {(one.first, one.second): one.likeness for one in alike_titles(roads, least=0.7)}
    assert found[0, 1] == 1.0
    assert found[0, 2] <= OTHER_NUMBERS
    assert alike_titles(roads, least=0.8) == tuple(one for one in alike_titles(roads, least=0.7) if one.likeness >= 0.8)
    assert numbers_in("กม.๑๕+๗๐๐.๕๐") == ("15", "700.5")


def test_blocking_finds_what_comparing_all_finds() -> None:
    chance = random.Random(3)
    letters = "กขคงจชซดตถทนบปผพมยรลวสหอ"
    words = ["".join(chance.choice(letters) for _ in range(chance.randint(3, 7))) for _ in range(60)]
    titles = [f"โครงการ{chance.choice(words)}{chance.choice(words)}บ้าน{chance.choice(words)}" for _ in range(250)]
    for place in range(0, 250, 10):  # planted: one letter was misread
        titles.append(titles[place][:-2] + "ฮ" + titles[place][-1])
    compared = Titles(titles).likeness(titles)
    everything = {(a, b) for a in range(len(titles)) for b in range(a + 1, len(titles)) if compared[a, b] >= 0.85}
    blocked = {(one.first, one.second) for one in alike_titles(titles, least=0.85)}
    assert blocked == everything
    assert len(everything) >= 10


def test_nothing_and_one() -> None:
    assert alike_titles([]) == ()
    assert alike_titles(["ถนน"]) == ()
    assert alike_titles(["", ""]) != ()
