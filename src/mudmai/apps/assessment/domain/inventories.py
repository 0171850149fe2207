"""Keeping inventories of greenhouse gases: beginning one, its entries and balances, files, release and taking back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.inventory_rows import entry_values, exact, rules_of, told_of
from mudmai.apps.assessment.models import BalanceFlow, City, Inventory, InventoryEntry, InventoryState
from mudmai.apps.assessment.policy import require_city
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, Where
from mudmai.core.inventories import Entry, Level, checked_entry
from mudmai.core.inventory_units import converted, factor_unit, measure_of
from mudmai.core.language import Text
from mudmai.exchange.inventories.sheets import InventorySheet
from mudmai.methods.balances import Flow, balance


def create_inventory(
    *,
    acting_user: Actor,
    city: City,
    year: int,
    level: str = Level.BASIC,
    gwp_set: str = "",
    population: int | None = None,
    population_source: str = "",
    note: str = "",
) -> Inventory:
    """A draft of the city's inventory of ``year`` (CE). One city has one inventory a year.

    Raises :class:`NotAllowed`, :class:`InputError`.
    """
    rules = rules_of()
    values = _checked(year, level, gwp_set or next(iter(rules.gwp_sets)), population, population_source, note)
    with transaction.atomic():
        require_city(acting_user, "city.edit", city)
        City.objects.select_for_update(of=("self",), no_key=True).get(pk=city.pk)
        if Inventory.objects.filter(city=city, year=year).exists():
            raise _refused(
                f"เมืองนี้มีบัญชีของปี {year} แล้ว", f"the city has an inventory of {year} already", "year", "inventory_exists"
            )
        made = Inventory.objects.create(
            city=city,
            rules=rules.id,
            created_by=acting_user if isinstance(acting_user, Person) else None,
            **values,
        )
        _record(acting_user, "inventory.create", made, new=values)
    return made


def change_inventory(*, acting_user: Actor, inventory: Inventory, revision: int, **values: Any) -> Inventory:
    """Change level, GWP set, population, its source or note."""
    with transaction.atomic():
        held = _held(acting_user, inventory, revision)
        now = {name: getattr(held, name) for name in ("level", "gwp_set", "population", "population_source", "note")}
        changed = _checked(held.year, **{**now, **values})
        changed.pop("year")
        for name, value in changed.items():
            setattr(held, name, value)
        _saved(held)
        _record(acting_user, "inventory.change", held, old=now, new=changed)
    return held


def save_entry(
    *, acting_user: Actor, inventory: Inventory, entry: Entry, revision: int, row: InventoryEntry | None = None
) -> InventoryEntry:
    """Add ``entry``, or put it in the place of ``row``. The unit must lead to the factor's."""
    rules = rules_of(inventory)
    checked = checked_entry(entry, rules, Where(field="amount"))
    if not checked.activity.strip() or len(checked.activity) > 200:
        raise _refused(
            "ต้องมีชื่อกิจกรรม ไม่เกิน 200 ตัวอักษร", "an activity needs a name of 200 characters at most", "activity"
        )
    _fits(checked)
    values = entry_values(checked, rules)
    with transaction.atomic():
        held = _held(acting_user, inventory, revision)
        others = held.entries.filter(cell=checked.cell)
        if row is not None:
            if row.inventory_id != held.pk or not held.entries.filter(pk=row.pk).exists():
                raise _changed()
            others = others.exclude(pk=row.pk)
        if any(rules.written_activity(one.cell, one.activity) == values["activity"] for one in others):
            raise _refused(
                f"ช่อง {checked.cell} มีกิจกรรม “{checked.activity}” แล้ว",
                f"{checked.cell} has the activity “{checked.activity}” already",
                "activity",
                "inventory_exists",
            )
        old = told_of({name: getattr(row, name) for name in values}) if row is not None else None
        kept = row or InventoryEntry(inventory=held)
        for name, value in values.items():
            setattr(kept, name, value)
        kept.locator = ""
        kept.changed_by = acting_user if isinstance(acting_user, Person) else None
        kept.save()
        _saved(held)
        _record(acting_user, "inventory.entry", held, old=old, new=told_of(values))
    return kept


def remove_entry(*, acting_user: Actor, inventory: Inventory, row: InventoryEntry, revision: int) -> None:
    """Take an entry out of a draft."""
    with transaction.atomic():
        held = _held(acting_user, inventory, revision)
        found = held.entries.filter(pk=row.pk).first()
        if found is None:
            raise _changed()
        old = told_of({name: getattr(found, name) for name in ("cell", "activity", "amount", "unit", "factor")})
        found.delete()
        _saved(held)
        _record(acting_user, "inventory.remove", held, old=old)


def save_balance(
    *, acting_user: Actor, inventory: Inventory, kind: str, flows: Mapping[str, tuple[Flow, str]], revision: int
) -> None:
    """The flows of one balance with their sources; those that are not named are taken out."""
    rules = rules_of(inventory)
    if kind not in rules.balances:
        raise _refused(f"ไม่มีดุล {kind}", f"there is no balance {kind}", "balance")
    balance(rules.balances[kind], {flow: value for flow, (value, _) in flows.items()})
    with transaction.atomic():
        held = _held(acting_user, inventory, revision)
        held.flows.filter(balance=kind).delete()
        BalanceFlow.objects.bulk_create(
            _flow_row(held, kind, flow, value, source)
            for flow, (value, source) in flows.items()
            if value.amount is not None or value.notation is not None or source
        )
        _saved(held)
        new = {
            flow: value.amount if value.notation is None else str(value.notation) for flow, (value, _) in flows.items()
        }
        _record(acting_user, "inventory.balance", held, new={"balance": kind, "flows": new})


def _flow_row(held: Inventory, kind: str, flow: str, value: Flow, source: str) -> BalanceFlow:
    return BalanceFlow(
        inventory=held,
        balance=kind,
        flow=flow,
        amount=exact(value.amount),
        uncertainty=value.uncertainty,
        notation=str(value.notation or ""),
        source=source[:500],
    )


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """What loading a file would change; entries as (cell, activity as written, "" for none), flows by count."""

    added: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, str, tuple[str, ...]], ...]
    removed: tuple[tuple[str, str], ...]
    unchanged: int
    flows: int

    @property
    def is_nothing(self) -> bool:
        """True when the inventory says all of it already."""
        return not (self.added or self.changed or self.removed or self.flows)


def sheet_changes(inventory: Inventory, sheet: InventorySheet) -> SheetChanges:
    """What loading would change. Raises ``inventory_sheet`` where the file has faults."""
    sheet.refuse()
    rules = rules_of(inventory)
    now: dict[tuple[str, str], InventoryEntry] = {}
    for row in inventory.entries.all():
        key = (row.cell, rules.written_activity(row.cell, row.activity))
        now[(row.cell, row.activity) if key in now else key] = row
    new = {(one.cell, one.activity[:200]): entry_values(one, rules) for one in sheet.entries}
    changed, same = [], 0
    for key in now.keys() & new.keys():
        values = {name: value for name, value in new[key].items() if name != "activity"}  # the key holds it
        fields = tuple(
            "factor_uncertainty" if name == "own_factor" and values["factor"] and now[key].factor else name
            for name, value in values.items()
            if getattr(now[key], name) != value
        )
        if fields:
            changed.append((*key, fields))
        else:
            same += 1
    held = {(row.balance, row.flow): (row.amount, row.uncertainty, row.notation) for row in inventory.flows.all()}
    told = {(one.balance, one.flow): one for one in sheet.flows}
    wanted = {
        key: (exact(one.value.amount), one.value.uncertainty, str(one.value.notation or ""))
        for key, one in told.items()
    }
    flows = sum(1 for key in held.keys() | wanted.keys() if held.get(key) != wanted.get(key))
    return SheetChanges(
        tuple(sorted(new.keys() - now.keys())),
        tuple(sorted(changed)),
        tuple(sorted(now.keys() - new.keys())),
        same,
        flows,
    )


def load_sheet(
    *, acting_user: Actor, inventory: Inventory, sheet: InventorySheet, raw: str, revision: int
) -> SheetChanges:
    """Put a file in the place of all entries and flows, all of it or nothing. ``raw``: the kept file (sha256).

    The second load of the same file changes nothing.
    """
    found = sheet_changes(inventory, sheet)
    rules = rules_of(inventory)
    with transaction.atomic():
        held = _held(acting_user, inventory, revision)
        if found.is_nothing:
            return found
        held.entries.all().delete()
        held.flows.all().delete()
        person = acting_user if isinstance(acting_user, Person) else None
        InventoryEntry.objects.bulk_create(
            InventoryEntry(
                inventory=held,
                changed_by=person,
                locator=f"{raw[:64]} {sheet.where[one.id].sheet}!{sheet.where[one.id].cell}"[:300],
                **entry_values(one, rules),
            )
            for one in sheet.entries
        )
        BalanceFlow.objects.bulk_create(
            _flow_row(held, one.balance, one.flow, one.value, one.source) for one in sheet.flows
        )
        _saved(held)
        counts = {"added": len(found.added), "changed": len(found.changed), "removed": len(found.removed)}
        _record(acting_user, "inventory.load", held, new={**counts, "flows": found.flows, "file": raw})
    return found


def release_inventory(*, acting_user: Actor, inventory: Inventory, revision: int) -> Inventory:
    """Open it to everybody; its figures are published by a job where its city is one whole area. Twice is once."""
    return _state(acting_user, inventory, revision, InventoryState.RELEASED, "inventory.release", "")


def reopen_inventory(*, acting_user: Actor, inventory: Inventory, revision: int, reason: str) -> Inventory:
    """Take a released inventory back to change it, with a reason; its figures leave the releases that follow."""
    said = reason.strip()
    if not said or len(said) > 4000:
        raise _refused(
            "ต้องบอกเหตุผล (ไม่เกิน 4,000 ตัวอักษร)",
            "a reason is needed (4,000 characters at most)",
            "reason",
            "reason_needed",
        )
    return _state(acting_user, inventory, revision, InventoryState.DRAFT, "inventory.reopen", said)


def _state(
    acting_user: Actor, inventory: Inventory, revision: int, state: InventoryState, action: str, reason: str
) -> Inventory:
    from mudmai.apps.assessment.domain.jobs_inventories import ask_to_publish  # jobs stand on this module

    with transaction.atomic():
        held = (
            Inventory.objects.select_for_update(of=("self",), no_key=True)
            .select_related("city__organisation")
            .get(pk=inventory.pk)
        )
        require_city(acting_user, "city.release", held.city)
        if held.state == state:
            return held
        _same_revision(held, revision)
        if state == InventoryState.RELEASED and not held.entries.exists():
            raise _refused("บัญชียังไม่มีรายการใด", "the inventory has no entry yet", "entries", "inventory_empty")
        held.state = state
        held.released_at = timezone.now() if state == InventoryState.RELEASED else None
        held.released_by = acting_user if held.is_released and isinstance(acting_user, Person) else None
        _saved(held)
        _record(acting_user, action, held, reason=reason)
        ask_to_publish(acting_user, held)
    inventory.refresh_from_db()
    return held


def _held(acting_user: Actor, inventory: Inventory, revision: int) -> Inventory:
    """The row, locked, for a change of what it says."""
    held = (
        Inventory.objects.select_for_update(of=("self",), no_key=True)
        .select_related("city__organisation")
        .get(pk=inventory.pk)
    )
    require_city(acting_user, "city.edit", held.city)
    if held.is_released:
        raise InputError(
            Text("บัญชีนี้เปิดเผยแล้ว จึงแก้ไขไม่ได้", "the inventory is released and is not changed any more"),
            remedy=Text("ให้ผู้เผยแพร่ดึงกลับเป็นร่างพร้อมเหตุผลก่อน", "have a publisher take it back to a draft, with a reason"),
            code="inventory_released",
        )
    _same_revision(held, revision)
    return held


def _same_revision(held: Inventory, revision: int) -> None:
    if held.revision != revision:
        raise _changed()


def _changed() -> InputError:
    return InputError(
        Text(
            "มีผู้แก้บัญชีนี้หลังจากที่เปิดหน้า การสั่งครั้งนี้ยังไม่มีผล",
            "somebody changed the inventory after you opened it; your change was not made",
        ),
        remedy=Text("เปิดหน้านี้ใหม่ อ่านสิ่งที่เปลี่ยนไป แล้วสั่งอีกครั้ง", "open the page again, read what changed, and repeat it"),
        code="inventory_changed",
        where=Where(field="revision"),
    )


def _saved(held: Inventory) -> None:
    held.revision += 1
    held.save()


def _fits(entry: Entry) -> None:
    if entry.amount is None or entry.factor is None:
        return
    try:
        converted(entry.amount, measure_of(entry.unit), factor_unit(entry.factor.unit)[1], entry.factor.heat)
    except InputError as fault:
        raise InputError(fault.message, remedy=fault.remedy, code=fault.code, where=Where(field="unit")) from None


def _checked(
    year: int, level: str, gwp_set: str, population: int | None, population_source: str, note: str
) -> dict[str, Any]:
    if type(year) is not int or not 1900 <= year <= 2200:
        hint = f" ({year - 543})" if type(year) is int and 2443 <= year <= 2743 else ""
        raise _refused(f"ปี {year} ต้องเป็นปี ค.ศ.{hint}", f"{year} must be a year CE{hint}", "year", "year_calendar")
    if level not in list(Level):
        raise _refused(f"ระดับ {level} ต้องเป็น BASIC หรือ BASIC+", f"the level is BASIC or BASIC+, not {level}", "level")
    rules_of().gwp(gwp_set)
    if population is not None and not 0 < population < 2_000_000_000:
        raise _refused("จำนวนประชากรต้องมากกว่าศูนย์", "a population is more than zero", "population")
    if population is not None and not population_source.strip():
        raise _refused("ต้องบอกที่มาของจำนวนประชากร", "the population needs its source", "population_source")
    return {
        "year": year,
        "level": str(level),
        "gwp_set": gwp_set,
        "population": population,
        "population_source": population_source.strip()[:300],
        "note": note.strip()[:4000],
    }


def _refused(th: str, en: str, field: str, code: str = "inventory") -> InputError:
    return InputError(
        Text(th, en),
        remedy=Text("แก้ช่องที่ระบุแล้วบันทึกอีกครั้ง", "correct the field and save again"),
        code=code,
        where=Where(field=field),
    )


def _record(actor: Actor, action: str, held: Inventory, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        organisation=held.city.organisation,
        object_kind="inventory",
        object_id=str(held.pk),
        **facts,
    )
    announce(action, inventory=str(held.pk))
