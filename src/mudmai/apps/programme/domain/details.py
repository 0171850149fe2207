"""What hangs on a project besides the plan's own fields: parties, milestones, contracts, risks, indicators, documents.

These are kept by whoever may edit the project, at any time: they are no revision of the plan. Each change is one row of
the log with what was there before and after.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from mudmai.apps.programme.domain.refusals import changed, refused
from mudmai.apps.programme.models import (
    Contract,
    Milestone,
    Party,
    Project,
    ProjectDocument,
    ProjectIndicator,
    Risk,
)
from mudmai.apps.programme.policy import areas_of, require_on
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.workspace.raw_files import RawFile

_KINDS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "party": (Party, ("role", "organisation", "name", "identifier")),
    "milestone": (Milestone, ("title", "due_on", "met_on", "weight", "note")),
    "contract": (
        Contract,
        ("number", "title", "supplier", "amount", "signed_on", "start", "end", "status", "method", "url"),
    ),
    "risk": (Risk, ("title", "likelihood", "impact", "response", "closed_on")),
    "indicator": (
        ProjectIndicator,
        ("plan", "indicator", "title", "unit", "baseline", "target", "actual", "target_year"),
    ),
}
"""The kinds of details that are rows of fields, by name."""


DETAILS = (*_KINDS, "document")
"""All kinds."""

_DOCUMENT = ("type", "title", "url", "published_on")
_MOST_DOCUMENTS = 500
_PERSON = re.compile(r"(นาย|นางสาว|นาง|น\.ส\.|ด\.ช\.|ด\.ญ\.|mr\.?|mrs\.?|ms\.?|miss)\s*\S+\s+\S+", re.IGNORECASE)
_OFFICE = re.compile(
    r"(จำกัด|บริษัท|ห้าง|ร้าน|สมาคม|มูลนิธิ|สำนัก|เทศบาล|\bltd|\bco\b|\bcompany|\binc\b)|^นาย(ก(รัฐ|เทศ|องค์|อบ|สภา|สมาคม|เมือง)|อำเภอ|ทะเบียน)",
    re.IGNORECASE,
)


def keep_detail(
    *, acting_user: Actor, project: Project, kind: str, values: Mapping[str, Any], pk: int | None = None, seen: str = ""
) -> models.Model:
    """Add a detail of ``kind`` (party, milestone, contract, risk, indicator), or change the one with ``pk``.

    ``seen`` is the :func:`detail_mark` of the row as its editor read it: one changed since is refused
    (``project_changed``). The ``supplier`` of a contract may be a name: the party is made where there is none.
    Raises :class:`NotAllowed`; :class:`InputError` ``project`` with the field that does not fit, ``personal_name``.
    """
    model, names = _kind(kind)
    for name in values:
        if name not in names:
            raise UnknownNameError(Text("ช่อง", "field"), name, list(names))
    with transaction.atomic():
        held = _held(acting_user, project)
        row: Any = _detail(model, held, pk) if pk is not None else model(project=held)  # type: ignore[call-arg]
        _refuse_changed(held, row, seen)
        old = _told(row, names) if pk is not None else None
        if isinstance(values.get("supplier"), str):
            values = {**values, "supplier": _supplier(acting_user, held, values["supplier"])}
        for name, value in values.items():
            setattr(row, name, value)
        if kind == "contract" and row.supplier is not None and row.supplier.project_id != held.pk:
            raise refused("ผู้รับจ้างไม่ใช่ผู้เกี่ยวข้องของโครงการนี้", "the supplier is no party of this project", "supplier")
        if kind == "party":
            _refuse_person(row.name, "name")
        _check(row)
        if kind == "milestone":
            _check_weights(held, row)
        row.save()
        _record(acting_user, held, kind, old=old, new=_told(row, names))
    return row  # type: ignore[no-any-return]


def detail_mark(row: models.Model) -> str:
    """A short text that differs whenever the row says something else."""
    names = _DOCUMENT if isinstance(row, ProjectDocument) else next(n for m, n in _KINDS.values() if type(row) is m)
    told = json.dumps(_told(row, names), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def remove_detail(*, acting_user: Actor, project: Project, kind: str, pk: int, seen: str = "") -> None:
    """Take a detail away; the log keeps what it said. ``seen`` as for :func:`keep_detail`."""
    model, names = _kind(kind)
    with transaction.atomic():
        held = _held(acting_user, project)
        row: Any = _detail(model, held, pk)
        _refuse_changed(held, row, seen)
        if kind == "party" and row.contracts.exists():
            raise refused("ผู้รับจ้างนี้มีสัญญาอยู่", "this supplier has contracts", "party")
        old = _told(row, names)
        row.delete()
        _record(acting_user, held, kind, old=old)


def attach_document(
    *,
    acting_user: Actor,
    project: Project,
    title: str,
    raw: RawFile | None = None,
    url: str = "",
    type: str = "",
    published_on: date | None = None,
) -> ProjectDocument:
    """A kept file or an address as a document (or photo) of the project."""
    with transaction.atomic():
        held = _held(acting_user, project)
        if (raw is None) == (not url.strip()):
            raise refused("แนบไฟล์หรือที่อยู่เว็บอย่างใดอย่างหนึ่ง", "give a file or an address, one of them", "document")
        if held.documents.count() >= _MOST_DOCUMENTS:
            raise refused(
                f"โครงการหนึ่งมีเอกสารได้ไม่เกิน {_MOST_DOCUMENTS}", f"{_MOST_DOCUMENTS} documents at most", "document"
            )
        row = ProjectDocument(
            project=held,
            type=type.strip()[:60],
            title=title.strip(),
            raw_sha=raw.sha256 if raw else "",
            raw_name=raw.name[:255] if raw else "",
            raw_size=raw.size if raw else None,
            url=url.strip(),
            published_on=published_on,
            created_by=acting_user if isinstance(acting_user, Person) else None,
        )
        _check(row)
        row.save()
        _record(acting_user, held, "document", new={"title": row.title, "sha256": row.raw_sha, "url": row.url})
    return row


def change_document(
    *, acting_user: Actor, project: Project, document: ProjectDocument, values: Mapping[str, Any], seen: str = ""
) -> ProjectDocument:
    """What is said of a document: its title, type, day, and the address of one that is no file. A file stays."""
    for name in values:
        if name not in _DOCUMENT:
            raise UnknownNameError(Text("ช่อง", "field"), name, list(_DOCUMENT))
    with transaction.atomic():
        held = _held(acting_user, project)
        row = _document(held, document)
        _refuse_changed(held, row, seen)
        old = _told(row, _DOCUMENT)
        for name, value in values.items():
            setattr(row, name, value)
        if row.raw_sha and row.url:
            raise refused("แนบไฟล์หรือที่อยู่เว็บอย่างใดอย่างหนึ่ง", "give a file or an address, one of them", "url")
        _check(row)
        row.save()
        _record(acting_user, held, "document", old=old, new=_told(row, _DOCUMENT))
    return row


def remove_document(*, acting_user: Actor, project: Project, document: ProjectDocument, seen: str = "") -> None:
    """Take a document off the project; the log keeps its name and content's SHA-256."""
    with transaction.atomic():
        held = _held(acting_user, project)
        row = _document(held, document)
        _refuse_changed(held, row, seen)
        old = {**_told(row, _DOCUMENT), "sha256": row.raw_sha}
        row.delete()
        _record(acting_user, held, "document", old=old)


def _document(held: Project, document: ProjectDocument) -> ProjectDocument:
    row = held.documents.select_for_update(of=("self",), no_key=True).filter(pk=document.pk).first()
    if row is None:
        raise changed(held.title)
    return row


def _refuse_changed(held: Project, row: models.Model, seen: str) -> None:
    if seen and row.pk is not None and seen != detail_mark(row):
        raise changed(str(row) or held.title)


def _supplier(acting_user: Actor, held: Project, name: str) -> Party | None:
    """The supplier of that name among the parties; made where there is none, None for no name."""
    said = name.strip()
    if not said:
        return None
    _refuse_person(said, "supplier")
    found = held.parties.filter(role="supplier", name=said).first()
    if found is None:
        found = Party(project=held, role="supplier", name=said)
        _check(found)
        found.save()
        _record(acting_user, held, "party", new=_told(found, _KINDS["party"][1]))
    return found


def _refuse_person(name: str, field: str) -> None:
    """Whoever is a person and no organisation is not named: the page is public."""
    if _PERSON.match(name.strip()) and not _OFFICE.search(name.strip()):
        raise InputError(
            Text(
                f"“{name}” เป็นชื่อบุคคล ทะเบียนนี้ไม่เก็บชื่อบุคคลธรรมดา",
                f"“{name}” is the name of a person; the register keeps none",
            ),
            remedy=Text("เขียนชื่อหน่วยงานหรือร้าน หรือเขียนว่า “บุคคลธรรมดา”", "write the organisation, or “a private person”"),
            code="personal_name",
            where=Where(field=field),
        )


def _check_weights(held: Project, row: Milestone) -> None:
    """Milestones are parts of one whole."""
    others = held.milestones.exclude(pk=row.pk).values_list("weight", flat=True)
    together = sum((one for one in [*others, row.weight] if one is not None), Decimal(0))
    if row.weight is not None and together > 1:
        percent = f"{together * 100:.4f}".rstrip("0").rstrip(".")
        raise refused(
            f"น้ำหนักของงานทั้งหมดรวมกันได้ร้อยละ {percent} เกินร้อยละ 100",
            f"the weights of all milestones make {percent}%, more than 100%",
            "weight",
        )


def _kind(kind: str) -> tuple[type[models.Model], tuple[str, ...]]:
    if kind not in _KINDS:
        raise UnknownNameError(Text("รายละเอียดโครงการ", "detail of a project"), kind, list(_KINDS))
    return _KINDS[kind]


def _held(acting_user: Actor, project: Project) -> Project:
    rows = Project.objects.select_for_update(of=("self",), no_key=True).select_related("programme__organisation")
    held = rows.filter(pk=project.pk).first()
    if held is None:
        raise changed(project.title)
    require_on(acting_user, "project.edit", programme=held.programme, areas=areas_of(held))
    return held


def _detail(model: type[models.Model], held: Project, pk: int) -> models.Model:
    row = model._default_manager.filter(project=held, pk=pk).first()
    if row is None:
        raise changed(held.title)
    return row


def _check(row: models.Model) -> None:
    try:
        row.full_clean(exclude=["project"])
        row.validate_constraints()
    except ValidationError as refusal:
        fields = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        name, said = next(iter(fields.items()))
        raise InputError(
            Text(f"ช่อง {name} ใช้ไม่ได้: {said[0]}", f"the field {name} does not fit: {said[0]}"),
            remedy=Text("แก้ช่องที่ระบุแล้วบันทึกอีกครั้ง", "correct the field and save again"),
            code="project",
            where=Where(field=name),
        ) from None


def _told(row: models.Model, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return str(value) if isinstance(value, Decimal | date) else value


def _record(actor: Actor, held: Project, kind: str, **facts: Any) -> None:
    new = {"detail": kind, **(facts.pop("new", None) or {})}
    record(
        actor=actor,
        action="project.detail",
        organisation=held.programme.organisation,
        object_kind="project",
        object_id=str(held.pk),
        new=new,
        **facts,
    )
    announce("project.detail", project=str(held.pk), detail=kind)
