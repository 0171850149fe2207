"""What an inventory does not know, cell by cell, and why. Nothing here adds up: see
:mod:`mudmai.methods.greenhouse_gas`."""

from __future__ import annotations

from dataclasses import dataclass

from mudmai.core.inventories import Cell, Entry, InventoryRules
from mudmai.core.language import Text
from mudmai.methods.greenhouse_gas import CellTotal, EntryEmissions, InventoryTotals

_EMPTY = Text("ยังไม่มีข้อมูลในช่องนี้ ไม่มีทั้งตัวเลขและสัญลักษณ์", "Nothing is said of it: neither a figure nor a notation key")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a cell is not known. ``kind``: ``empty`` (nothing is said; ``entry`` is ""), ``no_amount``, ``no_factor``,
    ``no_gwp`` or a notation key that leaves a gap (``NE``, ``C``). ``entry``: the id of the entry in question."""

    kind: str
    entry: str
    words: Text


@dataclass(frozen=True, slots=True)
class Gap:
    """A counted cell with something that the total does not have."""

    cell: Cell
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> Text:
        """All reasons in one line."""
        return Text("; ".join(one.words.th for one in self.reasons), "; ".join(one.words.en for one in self.reasons))


def gaps_of(rules: InventoryRules, totals: InventoryTotals) -> tuple[Gap, ...]:
    """The counted cells that are not known, in the order of the rules."""
    return tuple(Gap(one.cell, _reasons(rules, one, totals)) for one in totals.open_cells)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """An entry that the total does not hold, though something is said of it, and why."""

    entry: Entry
    why: Text


def uncounted(rules: InventoryRules, totals: InventoryTotals) -> tuple[Uncounted, ...]:
    """The entries that the total does not hold, in their order: without amount, factor or GWP, with a notation key that
    leaves a gap, or of a cell that does not count at the level. What does not occur or is counted elsewhere is no such
    entry."""
    level = totals.level
    beyond = Text(f"ช่องนี้ไม่นับในระดับ {level}", f"the cell does not count at the level {level}")
    found = []
    for one in totals.entries:
        if one.entry.notation is not None and not one.entry.notation.leaves_a_gap:
            continue
        why = one.why if rules.cells[one.entry.cell].counts in level.counted else beyond
        if why is not None:
            found.append(Uncounted(one.entry, why))
    return tuple(found)


def _reasons(rules: InventoryRules, one: CellTotal, totals: InventoryTotals) -> tuple[Reason, ...]:
    if one.is_missing:
        more = rules.no_factor.get(one.cell.id)
        told = _EMPTY if more is None else Text(f"{_EMPTY.th} {more.th}", f"{_EMPTY.en}. {more.en}")
        return (Reason("empty", "", told),)
    return tuple(
        Reason(
            _kind(entry),
            entry.entry.id,
            _told(rules.activity_words(one.cell.id, entry.entry.activity), entry.why),
        )
        for entry in totals.entries
        if entry.entry.cell == one.cell.id
        and entry.why is not None
        and (entry.entry.notation is None or entry.entry.notation.leaves_a_gap)
    )


def _told(activity: Text, why: Text) -> Text:
    return Text(f"{activity.th}: {why.th}", f"{activity.en}: {why.en}")


def _kind(one: EntryEmissions) -> str:
    entry = one.entry
    if entry.notation is not None:
        return str(entry.notation)
    if entry.amount is None:
        return "no_amount"
    return "no_factor" if entry.factor is None else "no_gwp"
