"""Errors tell place, fault and remedy, in both languages, to people and to programs."""

from __future__ import annotations

import pytest

from mudmai.core import errors
from mudmai.core.errors import (
    FaultError,
    FormulaError,
    ImportRefused,
    InputError,
    MudmaiError,
    Problem,
    UnknownNameError,
    Where,
)
from mudmai.core.language import Text

MESSAGE, REMEDY = Text("ค่าผิด", "a bad value"), Text("แก้ค่า", "mend it")


def kinds(kind: type[MudmaiError] = MudmaiError) -> list[type[MudmaiError]]:
    return [kind, *(k for child in kind.__subclasses__() for k in kinds(child))]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = {line.split("─ ")[1].split()[0] for line in (errors.__doc__ or "").splitlines() if "─ " in line}
    public = {k.__name__ for k in kinds() if k.__module__ == errors.__name__}
    assert drawn | {"MudmaiError"} == public
    codes = [k.default_code for k in kinds() if k.__module__ == errors.__name__]
    assert len(set(codes)) == len(codes)


def test_only_a_fault_is_ours() -> None:
    ours = [k for k in kinds() if not issubclass(k, InputError) and k is not MudmaiError]
    assert all(issubclass(k, FaultError) for k in ours)


def test_places_are_told_as_far_as_they_are_known() -> None:
    assert Where(file="a.xlsx", sheet="GPP", cell="D7").words() == "a.xlsx, sheet GPP, cell D7"
    assert Where(row=0).words() == "row 0"
    assert Where().words() == ""
    assert Where(file="a.csv", row=2, field="value").words("th") == "a.csv แถว 2 ช่อง value"
    assert Where(file="a.csv", row=2).words("th", file=False) == "แถว 2"


def test_the_file_is_named_once() -> None:
    where = Where(file="a.csv", row=3)
    error = InputError(
        Text("ไม่รับ a.csv", "a.csv was refused"),
        remedy=REMEDY,
        where=Where(file="a.csv"),
        problems=[Problem("x", MESSAGE, REMEDY, where), Problem("x", MESSAGE, REMEDY, Where(file="b"))],
    )
    lines = error.words("en").splitlines()
    assert lines[0] == "a.csv was refused"
    assert lines[1].startswith("  - row 3: ")
    assert lines[2].startswith("  - b: ")


def test_words_hold_place_message_problems_and_remedy() -> None:
    problem = Problem("x", Text("แถวผิด", "a bad row"), Text("แก้แถว", "mend the row"), Where(row=3, field="value"))
    error = ImportRefused(MESSAGE, remedy=REMEDY, where=Where(file="a.csv"), problems=[problem])
    assert error.words("en").splitlines() == [
        "a.csv: a bad value", "  - row 3, field value: a bad row – mend the row", "→ mend it",
    ]  # fmt: skip
    assert "แถว 3 ช่อง value: แถวผิด – แก้แถว" in error.words("th")
    assert (error.code, str(error)) == ("import_refused", "a bad value")


def test_a_single_problem_that_says_the_same_is_told_once() -> None:
    problem = Problem("bad_value", MESSAGE, REMEDY)
    assert InputError(MESSAGE, remedy=REMEDY, problems=(problem,)).words() == "a bad value\n→ mend it"
    elsewhere = Problem("bad_value", MESSAGE, REMEDY, Where(row=7))
    for told in ((problem, problem), (elsewhere,), (Problem("bad_value", MESSAGE, Text("อื่น", "other")),)):
        assert len(InputError(MESSAGE, remedy=REMEDY, problems=told).words().splitlines()) == 2 + len(told)


def test_fifty_problems_are_enough_for_a_screen() -> None:
    problems = [Problem("x", MESSAGE, REMEDY, Where(row=n)) for n in range(120)]
    lines = InputError(MESSAGE, remedy=REMEDY, problems=problems).words("en").splitlines()
    assert len(lines) == 53
    assert lines[-2] == "  ... and 70 more"


def test_a_problem_is_json_ready_and_says_only_what_it_knows() -> None:
    told = Problem("x", MESSAGE, REMEDY, Where(file="plan.yaml", line=7)).as_dict()
    assert told == {
        "code": "x", "th": "ค่าผิด", "en": "a bad value", "remedy_th": "แก้ค่า", "remedy_en": "mend it",
        "where": {"file": "plan.yaml", "line": 7},
    }  # fmt: skip
    assert InputError(MESSAGE, remedy=REMEDY, code="special").as_problem().code == "special"


@pytest.mark.parametrize(
    ("name", "near"),
    [("growht", ("growth",)), ("zzz", ("cagr", "growth", "lag")), ("", ("cagr", "growth", "lag"))],
)
def test_unknown_names_list_near_or_existing_ones(name: str, near: tuple[str, ...]) -> None:
    error = UnknownNameError(Text("ฟังก์ชัน", "function"), name, ["lag", "growth", "cagr"])
    assert error.near == near
    assert near[0] in error.remedy.th
    assert f"“{name}”" in error.message.en


def test_near_names_may_be_shown_otherwise_and_once() -> None:
    shown = {"North": "N (North)", "north": "N (North)"}
    error = UnknownNameError(Text("พื้นที่", "area"), "Nort", ["North", "north"], shown=shown)
    assert error.near == ("N (North)",)


def test_nothing_known_is_said_without_noise() -> None:
    assert "–" in UnknownNameError(Text("แผน", "plan"), "x").remedy.en


def test_a_formula_error_points_at_the_fault() -> None:
    error = FormulaError(MESSAGE, remedy=REMEDY, position=4, source="1 + x")
    assert error.words("en").splitlines()[:2] == ["1 + x", "    ^"]
