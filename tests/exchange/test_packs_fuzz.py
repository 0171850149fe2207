"""Whatever is done to the files of a pack, it is either read or refused with the place; nothing else happens."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.core.errors import PackError, Problem
from mudmai.exchange.packs import load_pack
from tests.exchange.pack_samples import AREAS, PLAN, write_packs

FILES = [f"places/{n}" for n in AREAS] + [f"demo/{n}" for n in PLAN]
VALUES = st.sampled_from(
    [
        "",
        "~",
        "0",
        "-1",
        "1e300",
        "true",
        "[]",
        "{}",
        "[[1]]",
        "{a: 1}",
        "x",
        "TH",
        "2563",
        "๒๕๖๓",
        "'",
        '"',
        ":",
        "- ",
        "#",
        "\t",
        "|",
        "&a",
        "*a",
        "!x",
        "%",
        "@",
        ",",
        "A,B",
        "9" * 21,
        "..",
        "K",
        "growth(",
        "money / money",
    ]
)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, int, str, str]:
    """(file, line, what to do, with what)."""
    file = draw(st.sampled_from(FILES))
    folder, _, name = file.partition("/")
    lines = ({"places": AREAS, "demo": PLAN}[folder][name]).count("\n")
    how = draw(st.sampled_from(["drop", "twice", "value", "indent", "cut", "swap"]))
    return file, draw(st.integers(0, lines - 1)), how, draw(VALUES)


def mutate(text: str, index: int, how: str, value: str) -> str:
    lines = text.splitlines()
    line = lines[index]
    match how:
        case "drop":
            del lines[index]
        case "twice":
            lines.insert(index, line)
        case "value":
            head, colon, _ = line.partition(": ")
            lines[index] = head + colon + value
        case "indent":
            lines[index] = "  " + line
        case "cut":
            lines[index] = line[: len(line) // 2]
        case "swap":
            lines[index], lines[index - 1] = lines[index - 1], lines[index]
    return "\n".join(lines) + "\n"


def problems_of(directory: Path) -> tuple[Problem, ...]:
    """What is wrong; any error but a :class:`PackError` with problems fails the test."""
    try:
        load_pack(directory)
    except PackError as error:
        return error.problems or (error.as_problem(),)
    return ()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(mutations(), min_size=1, max_size=3))
def test_a_mutated_pack_is_read_or_refused_with_its_places(
    tmp_path: Path, changes: list[tuple[str, int, str, str]]
) -> None:
    directory = write_packs(tmp_path)
    for file, index, how, value in changes:
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        if index < len(text.splitlines()):
            path.write_text(mutate(text, index, how, value), encoding="utf-8")
    for problem in problems_of(directory):
        assert problem.where.file
        assert problem.message.th
        assert problem.message.en
        assert problem.remedy.th
