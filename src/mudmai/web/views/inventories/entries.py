"""Forms of entries and balances."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.assessment.domain.inventories import remove_entry, save_balance, save_entry
from mudmai.apps.assessment.domain.inventory_finding import inventory_for
from mudmai.apps.assessment.domain.inventory_rows import entry_of, flows_of, rules_of
from mudmai.apps.assessment.models import Inventory, InventoryEntry
from mudmai.apps.assessment.policy import require_city
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError, Where
from mudmai.core.inventories import BIOGENIC, MIXED, Entry, Factor, InventoryRules, Notation, Quality, checked_factor
from mudmai.core.inventory_units import MEASURES, factor_unit
from mudmai.core.language import Language, Text, same
from mudmai.exchange.inventories.sheets import cell_words
from mudmai.methods.balances import Flow
from mudmai.methods.greenhouse_gas import emissions_of
from mudmai.methods.waste_emissions import METHODS, worked_out
from mudmai.web.pages import address, language_of, render_page
from mudmai.web.views.inventories.shared import Field, field, figure, revision_of, status_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording

OWN = "own"
GASES = {"co2": "CO2", "ch4": "CH4", "n2o": "N2O", "co2_biogenic": BIOGENIC, "co2e": MIXED}
_NONE = ("", wording("inventory.none_chosen"))


@signed_in
def new_entry(request: HttpRequest, inventory: UUID, language: str) -> HttpResponse:
    """A new entry: its cell is chosen first (``?cell=``), so that the factors meant for it come first in their list."""
    held = _held(request, inventory)
    rules, cell = rules_of(held), request.GET.get("cell", "")
    if request.method != "POST" and cell not in rules.cells:
        return render_page(
            request,
            "inventories/choose_cell.html",
            current="assessments",
            part="inventories",
            inventory=held,
            one=field("cell", {}, None, choices=_cells(rules), required=True, hint=False),
        )
    return _entry_page(request, held, None, {"cell": cell})


@signed_in
def change_entry(request: HttpRequest, inventory: UUID, entry: UUID, language: str) -> HttpResponse:
    """An entry that is there."""
    held = _held(request, inventory)
    row = _row(held, entry)
    return _entry_page(request, held, row, _given(entry_of(row, rules_of(held)), rules_of(held), language_of(request)))


@signed_in
def entry_remove(request: HttpRequest, inventory: UUID, entry: UUID, language: str) -> HttpResponse:
    """Ask once more, then take the entry out."""
    held = _held(request, inventory)
    row = _row(held, entry)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            remove_entry(acting_user=person_of(request), inventory=held, row=row, revision=revision_of(request))
            tell(request, "inventory.removed")
            return _back(request, held)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    rules = rules_of(held)
    return render_page(
        request,
        "inventories/remove.html",
        status_of(fault),
        current="assessments",
        part="inventories",
        inventory=held,
        activity=rules.activity_words(row.cell, row.activity),
        row=row,
        cell=cell_words(rules, row.cell) if row.cell in rules.cells else same(row.cell),
        emitted=emissions_of(entry_of(row, rules), rules.gwp(held.gwp_set)),
        fault=fault,
        revision=request.POST.get("revision", held.revision),
    )


@signed_in
def balance_form(request: HttpRequest, inventory: UUID, balance: str, language: str) -> HttpResponse:
    """The flows of one balance."""
    held = _held(request, inventory)
    kind = rules_of(held).balances.get(balance)
    if kind is None:
        raise Http404
    now = flows_of(held)
    given: Mapping[str, str] = request.POST
    if request.method != "POST":
        given = {}
        for (name, flow), (value, source) in now.items():
            if name == balance:
                given[f"amount.{flow}"] = "" if value.amount is None else f"{value.amount:.12g}"
                given[f"uncertainty.{flow}"] = "" if value.uncertainty is None else f"{value.uncertainty:g}"
                given[f"notation.{flow}"] = str(value.notation or "")
                given[f"source.{flow}"] = source
    fault: InputError | None = None
    if request.method == "POST":
        try:
            flows = {one.id: _flow(given, one.id) for one in kind.flows}
            save_balance(
                acting_user=person_of(request), inventory=held, kind=balance, flows=flows, revision=revision_of(request)
            )
            tell(request, "inventory.saved")
            return _back(request, held)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    wrong = fault.where.field if fault is not None else ""
    rows = [
        (one, {name: given.get(f"{name}.{one.id}", "") for name in ("amount", "uncertainty", "notation", "source")},
         wrong in (one.id, f"amount.{one.id}", f"uncertainty.{one.id}", f"notation.{one.id}"))
        for one in kind.flows
    ]  # fmt: skip
    return render_page(
        request,
        "inventories/balance.html",
        status_of(fault),
        current="assessments",
        part="inventories",
        inventory=held,
        kind=kind,
        rows=rows,
        notations=_notations(),
        fault=fault,
        revision=given.get("revision", held.revision),
    )


def _flow(given: Mapping[str, str], flow: str) -> tuple[Flow, str]:
    amount, said = figure(given, f"amount.{flow}"), given.get(f"notation.{flow}", "")
    notation = Notation(said) if said in list(Notation) else None
    if amount is not None and notation is not None:
        raise InputError(
            wording("inventory.both"), remedy=wording("inventory.mend_field"), code="inventory_notation",
            where=Where(field=f"notation.{flow}"),
        )  # fmt: skip
    return Flow(amount, figure(given, f"uncertainty.{flow}"), notation), given.get(f"source.{flow}", "").strip()


def _held(request: HttpRequest, inventory: UUID) -> Inventory:
    person: Person = person_of(request)
    held = inventory_for(person, inventory)
    require_city(person, "city.edit", held.city)
    return held


def _row(held: Inventory, entry: UUID) -> InventoryEntry:
    found = held.entries.filter(pk=entry).first()
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, held: Inventory) -> HttpResponse:
    return HttpResponseRedirect(address(language_of(request), "inventory", inventory=held.pk))


def _entry_page(
    request: HttpRequest, held: Inventory, row: InventoryEntry | None, kept: Mapping[str, str]
) -> HttpResponse:
    rules = rules_of(held)
    given: Mapping[str, str] = request.POST if request.method == "POST" else kept
    fault: InputError | None = None
    if request.method == "POST":
        try:
            made = _entry(given, rules)
            save_entry(
                acting_user=person_of(request), inventory=held, entry=made, revision=revision_of(request), row=row
            )
            tell(request, "inventory.saved")
            return _back(request, held)
        except NotAllowed:
            raise
        except InputError as found:
            fault = found
    cell = given.get("cell", "")
    return render_page(
        request,
        "inventories/entry.html",
        status_of(fault),
        current="assessments",
        part="inventories",
        inventory=held,
        row=row,
        main=_main(given, rules, fault)[0 if row or cell not in rules.cells else 1 :],
        cell=cell_words(rules, cell) if row is None and cell in rules.cells else None,
        cell_id=cell,
        own=_own(given, fault),
        methods=_methods(given, fault),
        no_factor=rules.no_factor.get(cell),
        fault=fault,
        own_open=given.get("factor") == OWN,
        revision=given.get("revision", held.revision),
    )


def _main(given: Mapping[str, str], rules: InventoryRules, fault: InputError | None) -> list[Field]:
    cell = given.get("cell", "")
    units = (
        _NONE,
        *((one.code, Text(f"{one.title.th} ({one.code})", f"{one.title.en} ({one.code})")) for one in MEASURES),
    )
    meant = sorted(rules.factors.values(), key=lambda one: not (cell and one.fits(cell)))
    factors = (_NONE, (OWN, wording("inventory.own_factor")), *((one.id, one.title) for one in meant))
    qualities = (_NONE, *((one.value, one.words) for one in Quality))
    return [
        field("cell", given, fault, choices=_cells(rules), required=True, hint=False),
        field("activity", given, fault, required=True),
        field("amount", given, fault, numeric=True),
        field("unit", given, fault, choices=units, hint=False),
        field("notation", given, fault, choices=_notations()),
        field("source", given, fault),
        field("uncertainty", given, fault, numeric=True),
        field("quality", given, fault, choices=qualities, hint=False),
        field("factor", given, fault, choices=factors),
        field("factor_uncertainty", given, fault, numeric=True),
    ]


def _cells(rules: InventoryRules) -> tuple[tuple[str, Text], ...]:
    words = {id: cell_words(rules, id) for id in rules.cells}
    return tuple((id, Text(f"{id} {one.th}", f"{id} {one.en}")) for id, one in words.items())


def _own(given: Mapping[str, str], fault: InputError | None) -> list[Field]:
    return [
        field("factor_unit", given, fault),
        *(field(name, given, fault, numeric=True, hint=False) for name in GASES),
        field("factor_source", given, fault),
    ]


def _methods(given: Mapping[str, str], fault: InputError | None) -> list[tuple[str, Text, bool, list[Field]]]:
    """The ways of working a factor out: id, title, whether it is chosen, its parameters."""
    wrong = fault.where.field if fault is not None else ""
    found = []
    for one in METHODS.values():
        chosen = given.get("method") == one.id
        fields = []
        for name, title in one.parameters.items():
            at = f"{one.id}.{name}"
            told = fault.message if fault is not None and chosen and wrong in (name, at) else None
            fields.append(Field(at, title, given.get(at, ""), fault=told, numeric=True))
        found.append((one.id, one.title, chosen, fields))
    return found


def _notations() -> tuple[tuple[str, Text], ...]:
    keys = ((one.value, Text(f"{one.value}: {one.words.th}", f"{one.value}: {one.words.en}")) for one in Notation)
    return (("", wording("inventory.has_figure")), *keys)


def _entry(given: Mapping[str, str], rules: InventoryRules) -> Entry:
    """The entry that a form says. Raises :class:`InputError` by field."""
    said, graded = given.get("notation", ""), given.get("quality", "")
    notation = Notation(said) if said in list(Notation) else None
    amount = figure(given, "amount")
    unit = given.get("unit", "")
    if amount is not None and not unit:
        raise _wrong("inventory.needs_unit", "unit")
    rules.cell(given.get("cell", ""), Where(field="cell"))
    return Entry(
        id="",
        cell=given.get("cell", "").strip(),
        activity=" ".join(given.get("activity", "").split()),
        amount=amount,
        unit="" if notation is not None else unit,
        factor=_factor(given, rules),
        notation=notation,
        uncertainty=figure(given, "uncertainty"),
        quality=Quality(graded) if graded in list(Quality) else None,
        source=given.get("source", "").strip(),
    )


def _factor(given: Mapping[str, str], rules: InventoryRules) -> Factor | None:
    named = given.get("factor", "")
    if named and named != OWN:
        return rules.factor(named, Where(field="factor")).stating(figure(given, "factor_uncertainty"))
    if not named:
        return None
    source, stated, method = (
        given.get("factor_source", "").strip(),
        figure(given, "factor_uncertainty"),
        given.get("method", ""),
    )
    if not source:
        raise _wrong("inventory.needs_factor_source", "factor_source")
    parameters: dict[str, float] = {}
    if method in METHODS:
        told = {name: figure(given, f"{method}.{name}") for name in METHODS[method].parameters}
        parameters = {name: value for name, value in told.items() if value is not None}
        unit, gases = worked_out(method, parameters)
    else:
        unit = given.get("factor_unit", "").strip()
        gases = {gas: value for name, gas in GASES.items() if (value := figure(given, name)) is not None}
        if not unit:
            raise _wrong("inventory.needs_factor_unit", "factor_unit")
        factor_unit(unit, Where(field="factor_unit"))
    return checked_factor(
        Factor(
            id="",
            title=same(given.get("activity", "")),
            unit=unit,
            gases=gases,
            source=same(source),
            uncertainty={} if stated is None else {"": stated},
            method=method if method in METHODS else "",
            parameters=parameters,
        ),
        Where(field="co2"),
    )


def _wrong(key: str, name: str) -> InputError:
    return InputError(wording(key), remedy=wording("inventory.mend_field"), code="inventory", where=Where(field=name))


def _given(entry: Entry, rules: InventoryRules, language: Language) -> dict[str, str]:
    """The fields of the form for an entry that is kept."""
    found = {
        "cell": entry.cell,
        "activity": rules.activity_words(entry.cell, entry.activity).in_(language),
        "amount": "" if entry.amount is None else f"{entry.amount:.15g}",
        "unit": entry.unit,
        "notation": str(entry.notation or ""),
        "source": entry.source,
        "uncertainty": "" if entry.uncertainty is None else f"{entry.uncertainty:g}",
        "quality": str(entry.quality or ""),
    }
    factor = entry.factor
    if factor is None:
        return found
    stated = factor.uncertainty.get("")
    if factor.id in rules.factors:
        said = factor.uncertainty != rules.factors[factor.id].uncertainty and stated is not None
        return found | {"factor": factor.id, "factor_uncertainty": f"{stated:g}" if said else ""}
    found |= {"factor": OWN, "factor_source": factor.source.th, "method": factor.method}
    found["factor_uncertainty"] = "" if stated is None else f"{stated:g}"
    if factor.method:
        return found | {f"{factor.method}.{name}": f"{value:.15g}" for name, value in factor.parameters.items()}
    return (
        found
        | {"factor_unit": factor.unit}
        | {name: f"{factor.gases[gas]:.15g}" for name, gas in GASES.items() if gas in factor.gases}
    )
