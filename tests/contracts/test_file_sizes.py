"""Small files: aim below 300 lines, stop at 600."""

from __future__ import annotations

from pathlib import Path

from tests.contracts.tracked import ROOT, SOURCE

STOP = 600


def line_counts(source: Path) -> dict[str, int]:
    """Lines of every Python file below `source`, migrations left out, by path relative to the repository."""
    return {
        str(path.relative_to(source.parents[1])): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted(source.rglob("*.py"))
        if not {"migrations", "node_modules"} & set(path.parts)
    }


def test_no_file_is_longer_than_the_stop() -> None:
    too_long = {path: lines for path, lines in line_counts(SOURCE).items() if lines > STOP}
    assert too_long == {}, "which noun in it wants a room of its own?"


def test_a_long_file_is_found_and_a_migration_is_not(tmp_path: Path) -> None:
    source = tmp_path / "src" / "mudmai"
    (source / "migrations").mkdir(parents=True)
    (source / "areas.py").write_text("x = 1\n" * (STOP + 1))
    (source / "migrations" / "0001_initial.py").write_text("x = 1\n" * (STOP + 1))
    assert line_counts(source) == {"src/mudmai/areas.py": STOP + 1}


def test_files_are_counted_at_all() -> None:
    assert line_counts(ROOT / "src" / "mudmai")["src/mudmai/__init__.py"] >= 1
