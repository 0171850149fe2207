"""An inventory from a file: the template out, the file read and looked at, then kept whole."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from mudmai.apps.assessment.domain.inventories import SheetChanges, load_sheet, sheet_changes
from mudmai.apps.assessment.domain.inventory_finding import inventory_for
from mudmai.apps.assessment.domain.inventory_rows import rules_of
from mudmai.apps.assessment.models import Inventory
from mudmai.apps.assessment.policy import require_city
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import InputError, Where
from mudmai.core.inventories import InventoryRules, Level
from mudmai.core.language import Text, same
from mudmai.exchange.inventories.sheets import COLUMNS, InventorySheet, cell_words, read_inventory_sheet
from mudmai.http.receiving import SMALLER_WORKBOOK, received, refuse_too_large, workbook_limit
from mudmai.methods import inventory_gaps as gaps
from mudmai.methods.greenhouse_gas import added_up
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.intake.receiving import takes_workbooks
from mudmai.web.views.inventories.shared import status_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.web.wording import wording
from mudmai.workspace.raw_files import raw_files

_SALT = "inventory sheet"
_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Warned:
    """A line to look at, with its place in the file."""

    message: Text
    place: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A row that would be kept but not counted: its activity, why, and the cell of the file that says so."""

    activity: Text
    cell: str
    why: Text
    place: Text


@takes_workbooks
@signed_in
def inventory_sheet(request: HttpRequest, inventory: UUID, language: str) -> HttpResponse:
    """The page: take the template, hand the file in, see what would change, keep it."""
    person = person_of(request)
    held = inventory_for(person, inventory)
    require_city(person, "city.edit", held.city)
    fault: InputError | None = None
    found: SheetChanges | None = None
    token = ""
    warnings: list[Warned] = []
    uncounted: list[Uncounted] = []
    if request.method == "POST":
        try:
            refuse_too_large(request, most=workbook_limit(), remedy=SMALLER_WORKBOOK)
            if request.POST.get("do") == "keep":
                return _keep(request, person, held)
            raw = received(request, most=workbook_limit(), remedy=SMALLER_WORKBOOK)
            read = _read(request, held, raw.sha256, raw.name)
            found, warnings = sheet_changes(held, read), _warned(held, read)
            uncounted = _uncounted(held, read)
            told = [person.pk, str(held.pk), raw.sha256, raw.name, held.revision]
            token = signing.dumps(told, salt=_SALT)
        except NotAllowed:
            raise
        except InputError as refused:
            fault = refused
    rules = rules_of(held)
    return render_page(
        request,
        "inventories/sheet.html",
        status_of(fault),
        current="assessments",
        part="inventories",
        inventory=held,
        fault=fault,
        would=found,
        warnings=warnings,
        uncounted=uncounted,
        added=[_place(rules, *one) for one in found.added] if found else [],
        removed=[_place(rules, *one) for one in found.removed] if found else [],
        changed=[
            (*_place(rules, cell, activity), [_column(name) for name in fields])
            for cell, activity, fields in found.changed
        ]
        if found
        else [],
        token=token,
        limit=f"{workbook_limit() / (1 << 20):,.0f}",
    )


def _warned(held: Inventory, sheet: InventorySheet) -> list[Warned]:
    """What keeps nothing out and should be looked at: factors for other cells, a template of another level."""
    told = [Warned(one.message, _spot(one.where), one.remedy) for one in sheet.warnings]
    if sheet.level is not None and str(sheet.level) != held.level:
        message = Text(
            f"แบบฟอร์มเป็นระดับ {sheet.level} แต่บัญชีนี้เป็นระดับ {held.level}",
            f"the file is of level {sheet.level}, this inventory of {held.level}",
        )
        remedy = Text("บัญชียังคงเป็นระดับเดิม", "the inventory keeps its own level")
        told.insert(0, Warned(message, same(sheet.file), remedy))
    return told


def _uncounted(held: Inventory, sheet: InventorySheet) -> list[Uncounted]:
    """The rows of the file that the total would not hold, at the level and with the GWP set of the inventory."""
    rules = rules_of(held)
    totals = added_up(rules, sheet.entries, level=Level(held.level), gwp=rules.gwp(held.gwp_set))
    return [
        Uncounted(
            rules.activity_words(one.entry.cell, one.entry.activity),
            one.entry.cell,
            one.why,
            _spot(sheet.hinders[one.entry.id]),
        )
        for one in gaps.uncounted(rules, totals)
    ]


def _spot(where: Where) -> Text:
    return Text(where.words("th", file=False), where.words("en", file=False))


def _place(rules: InventoryRules, cell: str, activity: str) -> tuple[Text, Text]:
    """The words of a cell and of an activity in it."""
    return cell_words(rules, cell), rules.activity_words(cell, activity)


def _column(name: str) -> Text:
    return wording("inventory.own_factor") if name == "own_factor" else COLUMNS.get(name, COLUMNS["place"])


def _read(request: HttpRequest, held: Inventory, sha: str, name: str) -> InventorySheet:
    return read_inventory_sheet(raw_files(workspace_of(request)).path(sha), rules_of(held), name=name)


def _keep(request: HttpRequest, person: Person, held: Inventory) -> HttpResponse:
    """Do what was shown: the same file on the same revision, by the person who was shown it."""
    try:
        told = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=_AN_HOUR)
    except signing.BadSignature:
        told = None
    if not isinstance(told, list) or told[:2] != [person.pk, str(held.pk)]:
        raise InputError(
            Text("การดูตัวอย่างนี้หมดอายุแล้ว", "this preview is no longer valid"),
            remedy=Text("เลือกไฟล์และดูตัวอย่างอีกครั้ง", "choose the file and look at the preview again"),
            code="inventory_sheet",
        )
    sheet = _read(request, held, told[2], told[3])
    load_sheet(acting_user=person, inventory=held, sheet=sheet, raw=told[2], revision=told[4])
    tell(request, "inventory.loaded")
    return HttpResponseRedirect(address(language_of(request), "inventory", inventory=held.pk))
