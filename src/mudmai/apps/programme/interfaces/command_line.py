"""What the command line asks of the register: rows, totals, and a file loaded whole. The operator acts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from mudmai.apps.data.site import workspace
from mudmai.apps.programme.domain.finding import programme_for
from mudmai.apps.programme.domain.loading import load_form_book
from mudmai.apps.programme.domain.programmes import create_programme
from mudmai.apps.programme.models import BudgetLine, FormLoad, Programme, ProgrammeKind, Project, Stage
from mudmai.apps.programme.queries import SATANG
from mudmai.apps.programme.queries import totals as register_totals
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Organisation
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Digits, Text
from mudmai.engine.money import Level, MoneyTotals
from mudmai.exchange.forms.book import ProjectKey
from mudmai.workspace.project_files import ProjectFile
from mudmai.workspace.raw_files import raw_files

if TYPE_CHECKING:
    from mudmai.exchange.forms.printing import FormPrint, PrintSpec


def load_file(path: Path, read: ProjectFile, *, programme: str, organisation: str, title: str, reason: str) -> str:
    """Load a file that was read, into a programme (by its id) or a new one, in one transaction; the programme's id.

    A file that was loaded before is refused, in whichever programme it stands: money is not counted twice.
    """
    years = read.fiscal_years
    if not years:
        raise InputError(
            Text("ไฟล์นี้ไม่มีจำนวนเงินของปีใดเลย", "the file has no amounts of any year"),
            remedy=Text("ตรวจหัวตารางและคอลัมน์ปี", "check the headings and the columns of years"),
            code="form_empty",
            where=Where(file=str(path)),
        )
    with path.open("rb") as stream:
        raw = raw_files(workspace()).keep(stream, name=path.name)
    with transaction.atomic():
        refuse_again(path, raw.sha256)
        if programme:
            held = programme_for(OPERATOR, programme)
        else:
            held = create_programme(
                acting_user=OPERATOR,
                organisation=organisation_named(organisation),
                title_th=title,
                first_year=years[0],
                last_year=years[-1],
                kind=ProgrammeKind.BUDGET if read.flat else ProgrammeKind.LOCAL_PLAN,
                form=read.book.layout,
            )
        load_form_book(
            acting_user=OPERATOR, programme=held, book=read.book, raw=raw, reason=reason, places=_places(read)
        )
    return str(held.pk)


def refuse_again(path: Path, sha256: str) -> None:
    """Refuse a file that was loaded before, into whichever programme."""
    earlier = FormLoad.objects.select_related("programme").filter(raw_sha=sha256).first()
    if earlier is not None:
        held = earlier.programme
        raise InputError(
            Text(f"ไฟล์นี้นำเข้าแล้วในแผนงาน {held.title_th}", f"this very file is loaded already, as {held.title.en}"),
            remedy=Text(f"ดูแผนงาน {held.pk}", f"see the programme {held.pk}"),
            code="form_loaded_already",
            where=Where(file=str(path)),
        )


def _places(read: ProjectFile) -> dict[ProjectKey, AreaRef]:
    """The areas that a flat list tells for certain."""
    if read.flat is None:
        return {}
    system = read.flat.layout.area_system
    pairs = zip(read.book.projects, read.flat.projects, strict=True)
    return {made.key: AreaRef(system, flat.unit.area) for made, flat in pairs if flat.unit.area}


def organisation_named(code: str) -> Organisation:
    """The organisation of a new programme; without a code the one at the top."""
    known = list(Organisation.objects.filter(code=code) if code else Organisation.objects.filter(parent=None)[:2])
    if len(known) == 1:
        return known[0]
    codes = list(Organisation.objects.values_list("code", flat=True)[:200])
    if code or codes:
        raise UnknownNameError(Text("หน่วยงาน (--organisation)", "organisation (--organisation)"), code, codes)
    raise InputError(
        Text("ยังไม่มีหน่วยงานในระบบ", "there is no organisation yet"),
        remedy=Text("ตั้งด้วย mudmai account create-admin ก่อน", "set one up first by mudmai account create-admin"),
        code="unknown_name",
    )


def programme_rows(limit: int) -> list[dict[str, Any]]:
    """All programmes."""
    rows = Programme.objects.select_related("organisation").annotate(count=Count("projects"))[:limit]
    return [
        {
            "id": str(one.pk),
            "organisation": one.organisation.code,
            "title": one.title_th,
            "kind": one.kind,
            "first_year": one.first_year,
            "last_year": one.last_year,
            "projects": one.count,
            "released": one.is_released,
        }
        for one in rows
    ]


def project_rows(programme: str, words: str, limit: int) -> list[dict[str, Any]]:
    """Projects in the order of their plans; three queries, whatever their number."""
    rows = _chosen(programme).select_related("programme").prefetch_related("places")
    rows = rows.order_by("programme_id", "position")
    found = list((rows.filter(title__icontains=words) if words else rows)[:limit])
    sums: dict[Any, dict[str, int]] = {}
    money = BudgetLine.counted.filter(project__in=[one.pk for one in found], amount__isnull=False).order_by()
    for project, stage, satang in (
        money.values("project", "stage").annotate(all=Sum(SATANG)).values_list("project", "stage", "all")
    ):
        sums.setdefault(project, {})[stage] = satang
    return [_row(one, sums.get(one.pk, {})) for one in found]


def _row(one: Project, sums: dict[str, int]) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "programme": str(one.programme_id),
        "number": one.number,
        "title": one.title,
        "department": one.department,
        "areas": "+".join(place.area for place in one.places.all()),
        "status": one.status,
        "state": one.state,
        **{stage.value: _baht(sums.get(stage.value)) for stage in Stage},
        "locator": one.locator,
    }


def _baht(satang: int | None) -> str | None:
    return None if satang is None else f"{satang // 100}.{satang % 100:02d}"


def _chosen(programme: str) -> QuerySet[Project]:
    """The projects of a programme, or all."""
    rows = Project.objects.all()
    return rows.filter(programme=programme_for(OPERATOR, programme)) if programme else rows


def totals_of(programme: str, areas: Level) -> MoneyTotals:
    """Money of the register by the areas of a level."""
    return register_totals(_chosen(programme), areas=areas)


def programme_to_print(programme: str, forms: Sequence[str], digits: Digits) -> tuple[FormPrint, PrintSpec]:
    """The official forms of a programme. Raises :class:`InputError` where there is nothing to print."""
    from mudmai.apps.programme.interfaces.form_printing import has_print, print_of  # typesetting: only to print

    held = programme_for(OPERATOR, programme)
    if not has_print(held):
        raise InputError(
            Text(
                f"แผนงาน “{held.title_th}” ไม่มีโครงการให้พิมพ์", f"the programme “{held.title.en}” has no project to print"
            ),
            remedy=Text("นำเข้าโครงการก่อน", "load its projects first"),
            code="form_unknown",
        )
    return print_of(held, forms, digits)
