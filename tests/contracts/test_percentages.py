"""House style of texts in code: a percentage is written ``5%``, without a space."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.contracts.tracked import ROOT, SOURCE, texts, tracked_files

_SPACED = re.compile(r"(?:^|[0-9}]) %(?![\w(])")


def spaced_percentages(source: str) -> Iterator[tuple[int, str]]:
    """Line and wording of every string in ``source`` with a space before its per cent sign; docstrings apart."""
    tree = ast.parse(source)
    docs = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    told = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in docs]
    for one in told:
        if isinstance(one.value, str) and _SPACED.search(one.value):
            yield one.lineno, one.value


def test_no_text_in_code_has_a_space_before_the_sign() -> None:
    modules = [path for path in tracked_files() if path.suffix == ".py" and path.is_relative_to(SOURCE)]
    found = {
        f"{path.relative_to(ROOT)}:{line}": words
        for path, text in texts(modules)
        for line, words in spaced_percentages(text)
    }
    assert found == {}


@pytest.mark.parametrize("source", ['f"{share} % of the plan"', 'a = "5 %"', 'f"({x:.2f} %)"'])
def test_a_space_is_found(source: str) -> None:
    assert list(spaced_percentages(f"x = {source}" if not source.startswith("a") else source))


@pytest.mark.parametrize("source", ['f"{share}% of the plan"', '"{} %s"', '"""Of 5 %."""'])
def test_what_is_none_is_not(source: str) -> None:
    assert not list(spaced_percentages(source))
