"""A floor imports only from floors below it; core knows the standard library and NumPy only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.tracked import ROOT, SOURCE

CORE_MAY_IMPORT = sys.stdlib_module_names | {"numpy", "mudmai"}


def imported_roots(source: str) -> set[str]:
    """First names of all absolute imports in `source`, inner ones included."""
    roots: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            roots.add((node.module or "").partition(".")[0])
    return roots


def lint_imports(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run([*command, "--no-cache", *more], cwd=root, capture_output=True, text=True, check=False)


def test_floors_are_kept() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", sorted((SOURCE / "core").rglob("*.py")), ids=lambda path: path.name)
def test_core_imports_only_the_standard_library_and_numpy(path: Path) -> None:
    assert imported_roots(path.read_text(encoding="utf-8")) - CORE_MAY_IMPORT == set()


def test_packs_hold_content_and_no_code() -> None:
    assert [path.name for path in (SOURCE / "packs").rglob("*.py")] == ["__init__.py"]


def test_an_import_upwards_is_found(tmp_path: Path) -> None:
    floors = (
        "api",
        "apps",
        "cli",
        "core",
        "engine",
        "exchange",
        "http",
        "methods",
        "packs",
        "site",
        "web",
        "workspace",
    )
    apps = [f"apps/{found.parent.name}" for found in (SOURCE / "apps").glob("*/apps.py")]
    for floor in (*floors, *apps):
        folder = tmp_path / "mudmai" / floor
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
    (tmp_path / "mudmai" / "__init__.py").write_text("")
    (tmp_path / "mudmai" / "core" / "areas.py").write_text("import mudmai.engine\n")
    (tmp_path / ".importlinter").write_text((ROOT / ".importlinter").read_text(encoding="utf-8"), encoding="utf-8")

    result = lint_imports(tmp_path)

    assert result.returncode == 1
    assert "mudmai.core.areas -> mudmai.engine" in result.stdout
