"""Every error code in the source is described in core.error_codes, and none there is unused."""

from __future__ import annotations

import ast
from pathlib import Path

from mudmai.core.error_codes import CODES

SOURCE = Path(__file__).resolve().parents[2] / "src" / "mudmai"
MAKERS = {"Problem", "tell", "add", "_problem"}
"""Functions whose first argument is an error code; other strings given to them are no codes and stand in OTHER."""


def _looks_like_code(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace("_", "").islower()


def _codes(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [k.value for k in node.keywords if k.arg == "code"]
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in MAKERS and len(node.args) >= 2:
                given.append(node.args[0])
            found |= {str(g.value) for g in given if isinstance(g, ast.Constant) and _looks_like_code(g)}
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if getattr(target, "id", "") == "default_code" and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return found


def used_codes() -> set[str]:
    return set().union(*(_codes(ast.parse(p.read_text(encoding="utf-8"))) for p in SOURCE.rglob("*.py")))


def test_every_code_is_described() -> None:
    assert sorted(used_codes() - set(CODES)) == []


def test_no_description_without_a_use() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py") if p.name != "error_codes.py")
    assert [code for code in CODES if f'"{code}"' not in text] == []


def test_every_code_is_said_in_both_languages() -> None:
    assert [c for c, words in CODES.items() if not (words.th.strip() and words.en.strip())] == []
