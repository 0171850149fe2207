"""Permanent links: the same number, words and formula after a pack has changed; kept states and their damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mudmai.core.errors import FaultError, UnknownNameError
from mudmai.workspace import Workspace
from mudmai.workspace.pack_content import digest_of
from mudmai.workspace.snapshots import PackSnapshots
from tests.workspace.toy_packs import write_toy_packs


def change_pack(toy: Workspace, *swaps: tuple[str, str]) -> None:
    """A pack of the home folder takes the shipped one's place, with other words, formulas or rules."""
    if not (toy.home.packs / "toyplan").exists():
        write_toy_packs(toy.home.packs)
    plan = toy.home.packs / "toyplan/plan.yaml"
    text = plan.read_text("utf-8")
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    plan.write_text(text, "utf-8")
    toy.look_again()


def state_in(link: str) -> str:
    return link.rpartition("&packs=")[2]


def test_a_link_keeps_number_sentence_formula_and_titles(toy: Workspace):
    before = toy.explain("toyplan", "P", "A", 2019)
    view = toy.indicator_view("toyplan", "P")
    card = toy.scorecard("toyplan", year=2019)
    packs = state_in(before.permalink)
    assert packs == toy.packs_state and len(packs) == 12
    change_pack(
        toy,
        ("formula: growth(money)", "formula: 2 * growth(money)"),
        ('form: parent, operator: ">="', 'form: parent, operator: "<"'),
        ("en: Growth", "en: Grew"),
    )
    after = toy.explain("toyplan", "P", "A", 2019)
    assert (before.row.value, before.row.verdict.value) == (pytest.approx(20), "met")
    assert (after.row.value, after.row.verdict.value) == (pytest.approx(40), "not_met")
    assert after.indicator.title.en == "Grew"
    assert after.formula == "2 * growth(money)" and after.permalink != before.permalink
    again = toy.explain("toyplan", "P", "A", 2019, release=before.release, packs=packs)
    assert again.as_dict() == before.as_dict() and again.indicator.title.en == "Growth"
    assert again.formula == "growth(money)"
    assert toy.indicator_view("toyplan", "P", packs=packs) == view
    assert toy.scorecard("toyplan", year=2019, packs=packs) == card
    assert toy.scorecard("toyplan", year=2019) != card


def test_another_process_answers_the_old_link_too(toy: Workspace):
    before = toy.explain("toyplan", "P", "A", 2019)
    change_pack(toy, ("formula: growth(money)", "formula: 2 * growth(money)"))
    for kept in (toy.home.cache / "packs").glob("*.json"):
        kept.unlink()  # the cache may be deleted at any time
    other = Workspace.open(toy.home.root, shipped=toy.shipped)
    again = other.explain("toyplan", "P", "A", 2019, release=before.release, packs=state_in(before.permalink))
    assert again.as_dict() == before.as_dict()
    third = Workspace.open(toy.home.root, shipped=toy.shipped)  # now out of the cache
    again = third.explain("toyplan", "P", "A", 2019, release=before.release, packs=state_in(before.permalink))
    assert again.as_dict() == before.as_dict()


def test_unknown_states_are_refused_and_the_known_ones_named(toy: Workspace):
    for name in ("0123456789ab", "zz", "", "..", "../states"):
        with pytest.raises(UnknownNameError, match="kept state of the packs") as caught:
            toy.explain("toyplan", "P", "A", 2019, packs=name)
        assert toy.packs_state in caught.value.words("en")
    with pytest.raises(UnknownNameError):
        toy.scorecard("toyplan", packs="0123456789ab")
    with pytest.raises(UnknownNameError):
        toy.indicator_view("toyplan", "P", packs="0123456789ab")


def test_releases_know_the_packs_they_were_published_with(toy: Workspace, tmp_path: Path):
    first, state = toy.release().id, toy.packs_state
    assert toy.packs_of_release() == state
    change_pack(toy, ("en: Growth", "en: Grew"))
    assert toy.packs_of_release(first) == state and toy.packs_state != state
    file = tmp_path / "one.csv"
    file.write_text("area_system,area,period,series,value\nland,B,2019,money,150\n", "utf-8")
    second = toy.import_file(file, dataset="toyplan/money", mode="update")
    assert toy.packs_of_release(second.id) == toy.packs_state
    assert toy.packs_of_release(first) == state
    toy.init()  # nothing new: what was noted stands
    assert toy.packs_of_release(second.id) == toy.packs_state


def test_states_share_files_and_hold_no_figures(toy: Workspace):
    toy.explain("toyplan", "P", "A", 2019)
    root = toy.home.store / "packs"
    files = {p.name for p in (root / "files").iterdir()}
    change_pack(toy, ("en: Growth", "en: Grew"))
    toy.explain("toyplan", "P", "A", 2019)
    assert len(list((root / "states").glob("*.json"))) == 2
    assert len({p.name for p in (root / "files").iterdir()} - files) == 1  # plan.yaml alone is another
    told = json.loads(next((root / "states").glob("*.json")).read_text("utf-8"))
    assert not [name for pack in told["packs"].values() for name in pack["files"] if name.startswith("data/")]


def test_a_damaged_state_is_told_and_never_used(toy: Workspace):
    before = toy.explain("toyplan", "P", "A", 2019)
    change_pack(toy, ("en: Growth", "en: Grew"))
    root = toy.home.store / "packs"
    state = json.loads((root / "states" / f"{toy.snapshots.find(before.pack.state)}.json").read_text("utf-8"))
    plan = root / "files" / state["packs"]["toyplan"]["files"]["plan.yaml"]
    sound = plan.read_bytes()
    for wrong in (b"", sound.replace(b"growth(money)", b"growth(score)")):
        plan.write_bytes(wrong)
        with pytest.raises(FaultError, match="damaged"):
            toy.explain("toyplan", "P", "A", 2019, packs=before.pack.state)
    plan.write_bytes(sound)
    assert toy.explain("toyplan", "P", "A", 2019, packs=before.pack.state).row == before.row


def test_a_home_that_cannot_be_written_still_answers(toy: Workspace):
    change_pack(toy, ("en: Growth", "en: Grew"))
    (toy.home.store / "packs").rename(toy.home.store / "elsewhere")
    (toy.home.store / "packs").write_text("a file where the folder should be", "utf-8")
    assert toy.explain("toyplan", "P", "A", 2019).row.value == pytest.approx(20)


def test_explanation_and_citation_name_the_pack(toy: Workspace):
    found = toy.explain("toyplan", "P", "A", 2019)
    told = found.as_dict()
    assert (told["pack"], told["pack_version"], told["packs"]) == ("toyplan", "1", toy.packs_state)
    for words in (found.citation.th, found.citation.en):
        assert f"toyplan 1 ({toy.packs_state})" in words and found.release in words and found.permalink in words


def test_keeping_twice_writes_once(tmp_path: Path):
    kept = PackSnapshots(tmp_path)
    content = {"a": {"pack.yaml": b"x", "areas/t.csv": b"y"}, "b": {"pack.yaml": b"x"}}
    digest = kept.keep(content, {"a": "1"})
    marks = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()}
    assert kept.keep(content, {"a": "1"}) == digest == digest_of(content)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.is_file()} == marks
    assert kept.content(digest) == content and kept.known() == (digest,)
    assert kept.find(digest[:8]) == digest and len(marks) == 3
