"""What a pack is once it has been read; light, so that packs kept from an earlier start need no parser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from mudmai.core.datasets import Dataset
from mudmai.core.language import Text
from mudmai.core.plans import AddedReading, Plan
from mudmai.core.series import Catalogue


@dataclass(frozen=True)
class Pack:
    """A pack that has been read and checked.

    ``catalogue`` and ``definitions`` (named formulas) hold the pack's own content and that of the packs it requires, so
    that its data files and formulas can be read with them alone. ``data_files`` are the CSV files in ``data/``.
    """

    id: str
    kind: Literal["plan", "areas", "overlay", "forms", "criteria"]
    version: str
    title: Text
    directory: Path
    catalogue: Catalogue
    plan: Plan | None = None
    definitions: Mapping[str, str] = field(default_factory=dict)
    data_files: tuple[Path, ...] = ()
    fiscal_year_starts: int = 10
    requires: tuple[str, ...] = ()
    note: Text = field(default_factory=lambda: Text("", ""))
    definition_titles: Mapping[str, Text] = field(default_factory=dict)
    datasets: tuple[Dataset, ...] = ()
    """Metadata of the pack's data, for the catalogue and the standard doors."""
    added_readings: tuple[AddedReading, ...] = ()
    """What an overlay adds to the plans of packs that it requires."""


def in_order(packs: Iterable[Pack]) -> tuple[Pack, ...]:
    """Areas packs first, then by id, but never a pack before one that it requires."""
    waiting = {pack.id: pack for pack in sorted(packs, key=lambda pack: (pack.kind != "areas", pack.id))}
    placed: list[Pack] = []
    while waiting:
        free = (pack for pack in waiting.values() if not any(name in waiting for name in pack.requires))
        chosen = next(free, None) or next(iter(waiting.values()))  # a circle is refused where packs are read
        placed.append(waiting.pop(chosen.id))
    return tuple(placed)


def shipped_packs() -> Path:
    """The folder of the packs that come with the product."""
    return Path(__file__).resolve().parents[2] / "packs"


def data_files_of(directory: Path) -> tuple[Path, ...]:
    """The starter data of the pack in ``directory``."""
    return tuple(sorted((directory / "data").glob("*.csv")))
