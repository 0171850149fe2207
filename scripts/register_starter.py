"""Writes the starter figures of registers: counts of first entries at the end of each year that their list covers.

Run after a change of ``register/`` in a pack: ``python scripts/register_starter.py``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mudmai.core.criteria import RegisterRule
from mudmai.exchange.packs.load import load_pack
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.register_entries import FirstEntries, read_first_entries
from mudmai.workspace.criteria import newest
from mudmai.workspace.home import Home
from mudmai.workspace.register_tables import Placed, Row, register_rows, write_rows


def rows_of(first: FirstEntries, rule: RegisterRule) -> tuple[Row, ...]:
    """The counts of ended years; the year after the list has a provisional one, which is no starter figure."""
    pack = load_pack(shipped_packs() / "th-register")
    held = [Placed(one.entry, first.area_system, one.area) for one in first.entries]
    counted = register_rows(pack.catalogue, rule, held, date(first.until + 1, 1, 1)).rows
    return tuple(row for row in counted if int(row[2]) <= first.until)


def main() -> None:
    """Write every table."""
    folder = shipped_packs() / "th-register"
    for first in read_first_entries(folder):
        rule = newest(Home(Path("unused")), first.scheme).register
        if rule is not None and rule.series:
            path = folder / "data" / f"{rule.dataset.replace('-', '_')}.csv"
            write_rows(path, rows_of(first, rule))
            print(path)


if __name__ == "__main__":
    main()
