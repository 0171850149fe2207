"""Setting up programmes, changing them, opening them to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from mudmai.apps.programme.domain.ledger_rows import lock_programme
from mudmai.apps.programme.domain.refusals import changed, needed, refused
from mudmai.apps.programme.models import BudgetLine, Programme, ProgrammeKind, Reporting
from mudmai.apps.programme.policy import require_on
from mudmai.apps.registry.areas import EVERYWHERE, AreaRef, checked_area
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, require
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

_MOST_YEARS = 30


def create_programme(
    *,
    acting_user: Actor,
    organisation: Organisation,
    title_th: str,
    first_year: int,
    last_year: int,
    title_en: str = "",
    kind: str = ProgrammeKind.LOCAL_PLAN,
    form: str = "",
    area: AreaRef = EVERYWHERE,
    reporting: str = Reporting.QUARTER,
    plan: Sequence[str] = (),
    note: str = "",
) -> Programme:
    """A programme of ``organisation`` for fiscal years (CE); a draft until it is released.

    ``plan`` names the levels of the hierarchy, top first. Raises :class:`NotAllowed`, :class:`InputError`.
    """
    values = _checked(title_th, title_en, kind, first_year, last_year, reporting)
    area = checked_area(area.system, area.code)
    with transaction.atomic():
        require(acting_user, "project.edit", organisation=organisation, area=area)
        made = Programme.objects.create(
            organisation=organisation,
            area_system=area.system,
            area_code=area.code,
            form=form.strip()[:60],
            plan=[str(level) for level in plan],
            note=note.strip()[:4000],
            created_by=acting_user if isinstance(acting_user, Person) else None,
            **values,
        )
        _record(acting_user, "programme.create", made, new={**values, **area.as_dict()})
    return made


def change_programme(*, acting_user: Actor, programme: Programme, **values: Any) -> Programme:
    """Change titles, kind, years, reporting, form, plan or note; ``programme.revision`` is that of the opened page.

    Years are not taken away while there is money in them.
    """
    known = ("title_th", "title_en", "kind", "first_year", "last_year", "reporting", "form", "plan", "note")
    for name in values:
        if name not in known:
            raise UnknownNameError(Text("ช่องของแผนงาน", "field of a programme"), name, known)
    with transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, "project.revise" if held.is_released else "project.edit", programme=held)
        if held.revision != programme.revision:
            raise changed(held.title_th)
        old = {name: getattr(held, name) for name in values}
        for name, value in values.items():
            setattr(held, name, value)
        _checked(held.title_th, held.title_en, held.kind, held.first_year, held.last_year, held.reporting)
        _refuse_lost_years(held)
        held.revision += 1
        held.save()
        _record(acting_user, "programme.change", held, old=old, new=dict(values))
    programme.refresh_from_db()
    return held


def _refuse_lost_years(held: Programme) -> None:
    rows = BudgetLine.objects.filter(project__programme=held, amount__isnull=False)
    early = rows.filter(fiscal_year__lt=held.first_year).first()
    late = early or rows.filter(fiscal_year__gt=held.last_year, stage="planned").first()
    if late is not None:
        raise refused(
            f"ปีงบประมาณ {late.fiscal_year} มีงบประมาณอยู่",
            f"there is money in {late.fiscal_year}",
            "years",
            code="year_outside",
        )


def release_programme(*, acting_user: Actor, programme: Programme, reason: str = "") -> Programme:
    """Open the programme to everybody; from then on its projects change by revision only. Twice is once."""
    return _open(acting_user, programme, True, "programme.release", reason)


def conceal_programme(*, acting_user: Actor, programme: Programme, reason: str) -> Programme:
    """Take it back from the public, with a reason. Twice is once."""
    return _open(acting_user, programme, False, "programme.conceal", needed(reason))


def _open(acting_user: Actor, programme: Programme, opened: bool, action: str, reason: str) -> Programme:
    with transaction.atomic():
        held = lock_programme(programme)
        require_on(acting_user, "project.lock", programme=held)
        if held.is_released != opened:
            held.is_released = opened
            held.revision += 1
            held.save(update_fields=["is_released", "revision"])
            _record(acting_user, action, held, reason=reason)
    programme.refresh_from_db()
    return held


def _checked(
    title_th: str, title_en: str, kind: str, first_year: int, last_year: int, reporting: str
) -> dict[str, Any]:
    title = title_th.strip()
    if not title or len(title) > 300 or len(title_en.strip()) > 300:
        raise refused("ต้องมีชื่อแผนงาน ไม่เกิน 300 ตัวอักษร", "a programme needs a name of 300 characters at most", "title_th")
    for kinds, value, words in (
        (ProgrammeKind.values, kind, Text("ชนิดแผนงาน", "kind of programme")),
        (Reporting.values, reporting, Text("รอบรายงาน", "cycle of reporting")),
    ):
        if value not in kinds:
            raise UnknownNameError(words, value, kinds)
    for field, year in (("first_year", first_year), ("last_year", last_year)):
        if type(year) is not int or not 1900 <= year <= 2200:
            told = f" ({year - 543})" if type(year) is int and 2443 <= year <= 2743 else ""
            raise refused(
                f"ปี {year} ต้องเป็นปี ค.ศ.{told}", f"{year} must be a year CE{told}", field, code="year_calendar"
            )
    if last_year < first_year or last_year - first_year >= _MOST_YEARS:
        raise refused(f"ช่วงปีต้องเป็น 1-{_MOST_YEARS} ปี", f"a programme has 1 to {_MOST_YEARS} years", "last_year")
    return {
        "title_th": title,
        "title_en": title_en.strip(),
        "kind": str(kind),
        "first_year": first_year,
        "last_year": last_year,
        "reporting": str(reporting),
    }


def _record(actor: Actor, action: str, held: Programme, **facts: Any) -> None:
    record(
        actor=actor,
        action=action,
        organisation=held.organisation,
        object_kind="programme",
        object_id=str(held.pk),
        **facts,
    )
    announce(action, programme=str(held.pk))
