"""Evidence: attached to criteria as files, links, live figures or projects; replaced and taken off, never lost.

While the file is a draft the city attaches and takes off as it needs. Once it was sent, evidence is frozen but for the
reply to the provisional result; what is added then is newer than the marks, and the markers are told so.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mudmai.apps.assessment.domain.filling import criterion_asked, held_to_fill
from mudmai.apps.assessment.domain.live_figures import read_figure
from mudmai.apps.assessment.domain.refusals import checked_text, needed, refused
from mudmai.apps.assessment.domain.steps import note_step
from mudmai.apps.assessment.models import CityFile, Evidence, EvidenceKind, FileState
from mudmai.apps.assessment.policy import require_city
from mudmai.apps.data.site import workspace
from mudmai.apps.programme.models import Project
from mudmai.apps.programme.policy import decide_view
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import Person
from mudmai.apps.registry.policy import Actor
from mudmai.core.criteria import Criterion
from mudmai.core.errors import InputError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.exchange.evidence_kinds import TAKEN, head_of, is_video, kind_of_head
from mudmai.workspace.raw_files import RawFile, raw_files

MOST_PIECES = 20
"""Pieces that stand at once for one criterion."""

LINK_INSTEAD = Text(
    "วางไฟล์ไว้ในที่ที่เปิดดูได้ แล้วแนบเป็นลิงก์แทน (วิดีโอทุกเรื่องแนบเป็นลิงก์) หรือย่อไฟล์ให้เล็กลง",
    "put it where it can be seen and attach a link instead (videos always as links), or make the file smaller",
)
_TITLE = Text("ชื่อหลักฐาน", "the title of the evidence")


def evidence_limit() -> int:
    """The largest file that is taken, in bytes: also for the page or address that receives it."""
    most: int = settings.MUDMAI_EVIDENCE_BYTES
    return most


def evidence_named(file: CityFile, key: Any) -> Evidence:
    """A piece of the file by its id. Raises :class:`UnknownNameError`."""
    found = file.evidence.select_related("file__city", "file__call", "project__programme").filter(pk=key).first()
    if found is None:
        raise UnknownNameError(Text("หลักฐาน", "evidence"), str(key))
    return found


def attach_file(
    *,
    acting_user: Actor,
    file: CityFile,
    criterion: str,
    raw: RawFile,
    title: str = "",
    replaces: Evidence | None = None,
    today: date | None = None,
) -> Evidence:
    """A kept file. The same bytes for the same criterion twice are one piece.

    Raises :class:`NotAllowed`; :class:`InputError`: ``file_too_large`` (with the advice to link), ``evidence`` for a
    kind of file that is not taken (by its bytes), ``not_asked``, ``file_state``, ``call_closed``.
    """
    require_city(acting_user, "assess.fill", file.city)
    check_file(raw)
    values = {"raw_sha": raw.sha256, "raw_name": raw.name[:255], "raw_size": raw.size}
    same = {"raw_sha": raw.sha256}
    return _attach(acting_user, file, criterion, EvidenceKind.FILE, title or raw.name, values, same, replaces, today)


def attach_link(
    *,
    acting_user: Actor,
    file: CityFile,
    criterion: str,
    url: str,
    title: str = "",
    replaces: Evidence | None = None,
    today: date | None = None,
) -> Evidence:
    """A link (http or https). Nothing is fetched from it. Raises as :func:`attach_file`."""
    address = checked_url(url)
    values = {"url": address}
    return _attach(acting_user, file, criterion, EvidenceKind.LINK, title or address, values, values, replaces, today)


def attach_figure(
    *,
    acting_user: Actor,
    file: CityFile,
    criterion: str,
    formula: str = "",
    series: str = "",
    measure: str = "",
    area: AreaRef | None = None,
    period: str = "",
    title: str = "",
    replaces: Evidence | None = None,
    today: date | None = None,
) -> Evidence:
    """A live figure, frozen as it is now; without ``formula``, ``series`` and ``measure`` that of the criterion itself.

    What is missing, or is of a wider area than the city, is kept with the reason and counts as no evidence. Raises as
    :func:`attach_file` and :func:`mudmai.apps.assessment.domain.live_figures.read_figure`.
    """
    require_city(acting_user, "assess.fill", file.city)  # before anything is computed
    _, asked = criterion_asked(file, criterion)
    figure = read_figure(
        workspace(),
        city=file.city,
        formula=formula,
        series=series,
        measure=measure,
        area=area,
        period=period,
        live=asked.live,
    )
    named = title or figure.get("title_th") or asked.title.th
    return _attach(
        acting_user, file, criterion, EvidenceKind.FIGURE, named[:300], {"figure": figure}, None, replaces, today
    )


def attach_project(
    *,
    acting_user: Actor,
    file: CityFile,
    criterion: str,
    project: Project,
    title: str = "",
    replaces: Evidence | None = None,
    today: date | None = None,
) -> Evidence:
    """A project of the register, of the city's own organisation or released, with what it says now frozen.

    One whose programme is not released counts as no evidence until it is.
    """
    require_city(acting_user, "assess.fill", file.city)
    decision = decide_view(acting_user, project.programme)
    own = project.programme.organisation_id == file.city.organisation_id
    if not (project.programme.is_released or (own and decision)):
        raise _evidence(
            "โครงการนี้ยังไม่เปิดเผย และไม่ใช่ของหน่วยงานของเมือง", "neither released nor of the city", "project"
        )  # fmt: skip
    figure = {
        "kind": "project",
        "number": project.number,
        "title": project.title,
        "status": project.status,
        "state": project.state,
        "programme": str(project.programme_id),
        "is_released": project.programme.is_released,
        "version": project.version,
        "read_at": timezone.now().isoformat(),
    }
    named = (title or project.title)[:300]
    values = {"project": project, "figure": figure}
    return _attach(
        acting_user, file, criterion, EvidenceKind.PROJECT, named, values, {"project": project}, replaces, today
    )


def remove_evidence(*, acting_user: Actor, evidence: Evidence, reason: str = "", today: date | None = None) -> Evidence:
    """Take a piece off; the row stays with who, when and why. A reason is needed once the file had been sent.

    Raises :class:`NotAllowed`, :class:`InputError`: ``file_state``, ``call_closed``, ``reason_needed``, ``evidence``.
    """
    with transaction.atomic():
        held = _held(acting_user, evidence.file, today)
        said = needed(reason) if held.submitted_at is not None else reason.strip()[:4000]
        row = held.evidence.select_for_update(of=("self",), no_key=True).get(pk=evidence.pk)
        _refuse_gone(row)
        row.removed_at = timezone.now()
        row.removed_by = acting_user if isinstance(acting_user, Person) else None
        row.removed_why = said
        row.save(update_fields=["removed_at", "removed_by", "removed_why"])
        note_step(held, "file.detach", acting_user, said, _facts(row))
    return row


def check_file(raw: RawFile) -> None:
    """Raise for a file that is too large, or whose bytes are of no kind that evidence may be."""
    limit = evidence_limit()
    if raw.size > limit:
        raise InputError(
            Text(f"ไฟล์ใหญ่กว่า {limit >> 20:,} MB", f"the file is larger than {limit >> 20:,} MB"),
            remedy=LINK_INSTEAD,
            code="file_too_large",
            where=Where(field="file"),
        )
    head = head_of(raw_files(workspace()).path(raw.sha256))
    if is_video(head):
        raise _evidence("วิดีโอแนบเป็นไฟล์ไม่ได้", "a video is not taken as a file", "file", LINK_INSTEAD)
    if kind_of_head(head, raw.name) is None:
        raise _evidence(
            f"ไฟล์ “{raw.name}” ไม่ใช่ชนิดที่รับ หรือเนื้อไฟล์ไม่ตรงกับนามสกุล",
            f"“{raw.name}” is of no kind that is taken, or is not what its name says",
            "file",
            Text(f"แนบเป็น {TAKEN.th}", f"attach {TAKEN.en}"),
        )


def checked_url(url: str) -> str:
    """The address, where it is http or https with a host and without a password; refused otherwise."""
    given = url.strip()
    try:
        parts = urlsplit(given)
        host, secret = parts.hostname, parts.username or parts.password
        _ = parts.port
    except ValueError:
        host, secret, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or secret or len(given) > 1000 or not given.isprintable():
        raise _evidence(
            "ลิงก์ต้องเป็นที่อยู่ http หรือ https ที่สมบูรณ์ ไม่เกิน 1,000 ตัวอักษร และไม่มีรหัสผ่าน",
            "a link is a whole http or https address of 1,000 characters at most, without a password",
            "url",
        )
    if " " in given:
        raise _evidence("ลิงก์มีช่องว่าง", "a link has no blanks", "url")
    return given


def _attach(
    acting_user: Actor,
    file: CityFile,
    criterion: str,
    kind: EvidenceKind,
    title: str,
    values: dict[str, Any],
    same: dict[str, Any] | None,
    replaces: Evidence | None,
    today: date | None,
) -> Evidence:
    named = checked_text(title, "title", most=300, what=_TITLE)
    with transaction.atomic():
        held = _held(acting_user, file, today)
        _, asked = criterion_asked(held, criterion)
        standing = held.evidence.filter(criterion=criterion, removed_at=None, replaced_by=None)
        found = standing.filter(kind=kind, **same).first() if same else None
        if found is not None and replaces is None:
            return found
        old = _replaced(held, asked, replaces)
        if old is None and standing.count() >= MOST_PIECES:
            raise _evidence(
                f"แต่ละข้อแนบได้ไม่เกิน {MOST_PIECES} รายการ", f"a criterion takes {MOST_PIECES} pieces at most", "criterion"
            )
        by = acting_user if isinstance(acting_user, Person) else None
        made = Evidence.objects.create(
            file=held, criterion=criterion, kind=kind, title=named, added_by=by, replaces=old, **values
        )
        facts = _facts(made) | ({"replaces": str(old.pk)} if old else {})
        note_step(held, "file.attach", acting_user, facts=facts, old=_facts(old) if old else None)
    return made


def _replaced(file: CityFile, criterion: Criterion, replaces: Evidence | None) -> Evidence | None:
    """The row that is replaced, as it is now."""
    if replaces is None:
        return None
    row = file.evidence.select_related("replaced_by").filter(pk=replaces.pk, criterion=criterion.id).first()
    if row is None:
        raise UnknownNameError(Text("หลักฐานของข้อนี้", "evidence of this criterion"), str(replaces.pk))
    _refuse_gone(row)
    return row


def _refuse_gone(row: Evidence) -> None:
    if row.removed_at is not None or Evidence.objects.filter(replaces=row).exists():
        raise _evidence(
            f"“{row.title}” ถูกถอดหรือเปลี่ยนไปแล้ว", f"“{row.title}” was taken off or replaced already", "evidence"
        )


def _held(acting_user: Actor, file: CityFile, today: date | None) -> CityFile:
    day = today or timezone.localdate()
    held = held_to_fill(file, acting_user=acting_user, today=day, also=(FileState.REPLY,))
    if held.state == FileState.REPLY and held.reply_due is not None and day > held.reply_due:
        raise _evidence("หมดเวลาชี้แจงแล้ว หลักฐานเปลี่ยนไม่ได้", "the time to reply is over: evidence is frozen", "file")
    return held


def _facts(row: Evidence) -> dict[str, Any]:
    """What history and log say of a piece: no words that people wrote."""
    told: dict[str, Any] = {"evidence": str(row.pk), "criterion": row.criterion, "kind": str(row.kind)}
    if row.raw_sha:
        told["sha256"] = row.raw_sha
    if row.kind == EvidenceKind.FIGURE:
        told |= {name: row.figure.get(name) for name in ("formula", "measure", "value", "period", "release", "of_city")}
    if row.project_id:
        told["project"] = str(row.project_id)
    return told


def _evidence(th: str, en: str, field: str, remedy: Text | None = None) -> InputError:
    more = {"remedy": remedy} if remedy else {}
    return refused(th, en, field, code="evidence", **more)
