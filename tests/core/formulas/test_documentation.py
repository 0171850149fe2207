"""docs/reference/formulas.md says everything that the language has, and only formulas that can be read."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest

from mudmai.core.error_codes import CODES
from mudmai.core.errors import AreaSystemError, CycleError, UnitError
from mudmai.core.formulas import agreement, check, parse, scope, tokens
from mudmai.core.formulas.functions import FUNCTIONS, Function
from mudmai.core.verdicts import MissingReason

PAGE = (Path(__file__).resolve().parents[3] / "docs/reference/formulas.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```formula\n(.+?)\n```", PAGE, re.S)
SECTIONS = dict(re.findall(r"^### `(.+?)`\n\n(.+?)(?=^##|\Z)", PAGE, re.S | re.M))


def test_every_function_is_documented_with_its_signature() -> None:
    assert sorted(SECTIONS) == sorted(f.signature for f in FUNCTIONS.values())


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_every_function_has_an_example_of_itself(function: Function) -> None:
    section = SECTIONS[function.signature]
    assert re.search(rf"```formula\n.*\b{function.name}\(.*\n```", section)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_read(example: str) -> None:
    assert parse.parse(example)


def _first_cells(heading: str) -> list[str]:
    table = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", table, re.M)


def test_every_reason_is_documented() -> None:
    assert _first_cells("Why a value is missing") == [r.value for r in MissingReason]


def _codes_in(module: ModuleType) -> set[str]:
    """Codes that a module's refusals are made with: one-word texts among the arguments of the calls that make them."""
    makers = {"error", "fault", "refuse", "unknown", "FormulaError"}
    found = set()
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in makers:
            given = [*node.args, *(k.value for k in node.keywords)]
            words = {a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)}
            found |= {w for w in words if re.fullmatch(r"[a-z_]+", w)}
    return found


def test_every_code_of_a_refusal_is_documented() -> None:
    found = set().union(*(_codes_in(module) for module in (agreement, check, parse, scope, tokens)))
    found |= {UnitError.default_code, AreaSystemError.default_code, CycleError.default_code, "formula_syntax"}
    documented = _first_cells("Why a formula is refused")
    assert sorted(documented) == sorted(found)
    assert found <= set(CODES)


def test_limits_are_those_of_the_code() -> None:
    assert f"{tokens.MAX_LENGTH:,} characters" in PAGE
    assert f"{parse.MAX_DEPTH} levels" in PAGE
    assert f"{scope.MAX_NODES:,} parts" in PAGE
    assert f"{scope.MAX_CHAIN} named formulas" in PAGE
