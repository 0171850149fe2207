"""Personal data: which there are, why they may be kept, shown, handed over and erased.

:data:`DECLARED` is the register that the law asks for. A test compares it with the models: a new field that holds
something about a person must be declared here, or be listed in :data:`IMPERSONAL` with the reason why it is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.domain.events import announce
from mudmai.apps.registry.domain.locking import lock_person
from mudmai.apps.registry.domain.roles import check_not_last, end
from mudmai.apps.registry.models import ApiToken, AuditEntry, Invitation, Membership, Person, PersonalDetails
from mudmai.apps.registry.policy import OPERATOR, Actor, forget_roles, require
from mudmai.core.language import Text

_TASK = Text("ปฏิบัติหน้าที่ตามภารกิจของรัฐ (PDPA มาตรา 24 (4))", "a task in the public interest (PDPA section 24 (4))")
_LAW = Text("หน้าที่ตามกฎหมาย (PDPA มาตรา 24 (6))", "a legal obligation (PDPA section 24 (6))")
_INTEREST = Text("ประโยชน์โดยชอบด้วยกฎหมาย (PDPA มาตรา 24 (5))", "a legitimate interest (PDPA section 24 (5))")
_UNTIL_ERASED = Text("จนกว่าจะลบบัญชี", "until the account is erased")


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One kind of personal data: where it is kept, what for, on which ground, how long; ``read`` gives one's own."""

    model: str
    fields: tuple[str, ...]
    title: Text
    purpose: Text
    basis: Text
    kept: Text
    read: Callable[[Person], Any]


def _addresses(person: Person) -> list[str]:
    return list(EmailAddress.objects.filter(user=person).order_by("pk").values_list("email", flat=True))


def _keys(person: Person) -> list[dict[str, Any]]:
    rows = Authenticator.objects.filter(user=person).order_by("pk")
    return [{"type": r.type, "added": r.created_at.isoformat(), "used": _iso(r.last_used_at)} for r in rows]


def _outside(person: Person) -> list[dict[str, Any]]:
    rows = SocialAccount.objects.filter(user=person).order_by("pk")
    return [{"provider": r.provider, "identifier": r.uid, "details": r.extra_data} for r in rows]


def _roles(person: Person) -> list[dict[str, Any]]:
    rows = person.memberships.select_related("organisation").order_by("pk")
    return [
        {
            "organisation": r.organisation.code,
            "role": r.role,
            "area_system": r.area_system,
            "area": r.area_code,
            "from": r.granted_at.isoformat(),
            "until": _iso(r.ended_at),
        }
        for r in rows
    ]


def _tokens(person: Person) -> list[dict[str, Any]]:
    rows = ApiToken.objects.filter(person=person).order_by("pk")
    return [
        {
            "name": r.name,
            "begins": r.prefix,
            "made": r.created_at.isoformat(),
            "until": r.expires_at.isoformat(),
            "used_on": _iso(r.last_used_on),
            "revoked": _iso(r.revoked_at),
        }
        for r in rows
    ]


def _log(person: Person) -> list[dict[str, Any]]:
    rows = AuditEntry.objects.filter(actor=person.pseudonym).order_by("sequence")
    return [
        {"at": r.at.isoformat(), "action": r.action, "object": f"{r.object_kind} {r.object_id}".strip()} for r in rows
    ]


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _done(model: str, by: str) -> Callable[[Person], list[str]]:
    """Ids of the rows of a later app that the person stands behind."""

    def read(person: Person) -> list[str]:
        rows = apps.get_model(model)._default_manager.filter(**{by: person}).order_by("pk")
        return [str(pk) for pk in rows.values_list("pk", flat=True)]

    return read


def _marked(person: Person) -> list[dict[str, Any]]:
    rows = apps.get_model("assessment.Mark")._default_manager.filter(marker__person=person).exclude(reason="")
    told = rows.order_by("marked_at", "pk").values_list("marker__file", "criterion", "reason")
    return [{"file": str(file), "criterion": criterion, "reason": reason} for file, criterion, reason in told]


def _work(model: str, by: str, th: str, en: str) -> PersonalField:
    """Work on data: who did it stays known by the pseudonym."""
    return PersonalField(
        model,
        (by,),
        Text(th, en),
        Text("รู้ว่าใครส่ง ตรวจ และเผยแพร่ข้อมูล", "to know who submitted, reviewed and published data"),
        _LAW,
        Text("เก็บต่อหลังลบบัญชีโดยใช้รหัสแทนชื่อ", "kept after erasure under the pseudonym"),
        _done(model, by),
    )


DECLARED: tuple[PersonalField, ...] = (
    PersonalField(
        "registry.PersonalDetails",
        ("display_name",),
        Text("ชื่อที่แสดง", "display name"),
        Text("ให้เพื่อนร่วมงานรู้ว่าใครทำอะไร", "so that colleagues know who did what"),
        _TASK,
        _UNTIL_ERASED,
        lambda p: p.display_name,
    ),
    PersonalField(
        "registry.PersonalDetails",
        ("email",),
        Text("อีเมล", "email address"),
        Text("เข้าสู่ระบบ ตั้งรหัสผ่านใหม่ และแจ้งเตือน", "to sign in, to reset the password, to be notified"),
        _TASK,
        _UNTIL_ERASED,
        lambda p: p.email,
    ),
    PersonalField(
        "account.EmailAddress",
        ("email",),
        Text("อีเมลที่ยืนยันแล้ว", "confirmed email address"),
        Text("สำเนาที่ส่วนเข้าสู่ระบบใช้", "the copy that signing in works with"),
        _TASK,
        _UNTIL_ERASED,
        _addresses,
    ),
    PersonalField(
        "registry.Person",
        ("password", "last_login"),
        Text("รหัสผ่าน (เก็บเฉพาะค่าแฮช) และเวลาเข้าสู่ระบบล่าสุด", "password (only its hash) and the last sign-in"),
        Text("ป้องกันบัญชี", "to protect the account"),
        _INTEREST,
        _UNTIL_ERASED,
        lambda p: {"has_password": p.has_usable_password(), "last_login": _iso(p.last_login)},
    ),
    PersonalField(
        "registry.Person",
        ("language",),
        Text("ภาษา", "language"),
        Text("เขียนอีเมลด้วยภาษาที่อ่าน", "to write mails in the language read"),
        _TASK,
        _UNTIL_ERASED,
        lambda p: p.language,
    ),
    PersonalField(
        "mfa.Authenticator",
        ("data",),
        Text("กุญแจยืนยันตัวตนสองชั้น", "second factors"),
        Text("ป้องกันบัญชี (รหัสลับเก็บแบบเข้ารหัส)", "to protect the account (secrets are kept encrypted)"),
        _INTEREST,
        _UNTIL_ERASED,
        _keys,
    ),
    PersonalField(
        "socialaccount.SocialAccount",
        ("uid", "extra_data"),
        Text("บัญชีภายนอกที่ใช้เข้าสู่ระบบ", "outside account used to sign in"),
        Text("เข้าสู่ระบบด้วยบัญชีของหน่วยงาน", "to sign in with the account of an organisation"),
        _TASK,
        _UNTIL_ERASED,
        _outside,
    ),
    PersonalField(
        "registry.ApiToken",
        ("name", "last_used_on"),
        Text("โทเคน API (เก็บเฉพาะค่าแฮช)", "API tokens (only their hashes)"),
        Text("ให้โปรแกรมของบุคคลทำงานแทน และเห็นว่าใช้ล่าสุดวันใด", "so that one's programs may act, and to see when last"),
        _TASK,
        _UNTIL_ERASED,
        _tokens,
    ),
    PersonalField(
        "sessions.Session",
        ("session_data",),
        Text("การเข้าสู่ระบบในเบราว์เซอร์", "sign-in in a browser"),
        Text("จำว่าเข้าสู่ระบบแล้ว ด้วยคุกกี้เดียว", "to remember the sign-in, by one cookie"),
        _INTEREST,
        Text("จนกว่าจะออกจากระบบ ไม่เกิน 12 ชั่วโมง", "until signed out, at most 12 hours"),
        lambda p: [],
    ),
    PersonalField(
        "registry.Membership",
        ("person",),
        Text("บทบาทในหน่วยงาน", "roles in organisations"),
        Text("กำหนดสิทธิ์และเป็นหลักฐานว่าใครรับผิดชอบ", "to decide on rights and to show who was responsible"),
        _TASK,
        Text("เก็บต่อหลังลบบัญชีโดยใช้รหัสแทนชื่อ", "kept after erasure under the pseudonym"),
        _roles,
    ),
    PersonalField(
        "registry.Invitation",
        ("email",),
        Text("อีเมลในคำเชิญ", "address in an invitation"),
        Text("ส่งคำเชิญ", "to send the invitation"),
        _TASK,
        Text("จนกว่าจะใช้หรือถอน ไม่เกิน 30 วันหลังหมดอายุ", "until used or withdrawn, at most 30 days after its end"),
        lambda p: list(Invitation.objects.filter(email=p.email).values_list("email", flat=True)) if p.email else [],
    ),
    PersonalField(
        "registry.AuditEntry",
        ("actor",),
        Text("บันทึกการกระทำ", "log of actions"),
        Text("ตรวจสอบย้อนหลังได้ว่าใครเปลี่ยนอะไร", "to show later who changed what"),
        _LAW,
        Text("เก็บต่อหลังลบบัญชีโดยใช้รหัสแทนชื่อ", "kept after erasure under the pseudonym"),
        _log,
    ),
    _work("data.Submission", "created_by", "รายการส่งข้อมูลที่เริ่ม", "submissions started"),
    _work("data.Submission", "submitted_by", "รายการข้อมูลที่ส่งให้ตรวจทาน", "submissions handed in"),
    _work("data.SubmissionStep", "by", "ขั้นตอนที่ทำกับรายการส่งข้อมูล", "steps taken with submissions"),
    _work("data.Approval", "by", "การตรวจทานผ่าน", "approvals given"),
    _work("connections.Connection", "set_up_by", "การเชื่อมต่อแหล่งข้อมูลที่ตั้ง", "connections set up"),
    _work("connections.Fetch", "by", "การสั่งดึงข้อมูล", "fetches asked for"),
    _work("data.AcceptedException", "accepted_by", "ข้อยกเว้นที่ยอมรับ", "exceptions accepted"),
    _work("data.AcceptedException", "revoked_by", "ข้อยกเว้นที่ยกเลิก", "exceptions revoked"),
    _work("data.OfficialChoice", "by", "การเลือกผู้เผยแพร่ทางการ", "choices of the official publisher"),
    _work("jobs.Job", "started_by", "งานเบื้องหลังที่สั่ง", "background work asked for"),
    _work("programme.Programme", "created_by", "แผนงานที่ตั้ง", "programmes set up"),
    _work("programme.Project", "created_by", "โครงการที่เพิ่ม", "projects added"),
    _work("programme.ProjectDocument", "created_by", "เอกสารโครงการที่แนบ", "documents attached to projects"),
    _work("programme.RevisionEvent", "by", "การทบทวนแผนที่บันทึก", "revisions of plans recorded"),
    _work("programme.FormLoad", "by", "แบบฟอร์มแผนที่นำเข้า", "plan workbooks loaded"),
    _work("programme.Report", "created_by", "รายงานความก้าวหน้าที่เขียน", "reports of progress written"),
    _work("programme.Report", "submitted_by", "รายงานความก้าวหน้าที่ส่ง", "reports of progress submitted"),
    _work("programme.ReportStep", "by", "ขั้นตอนของรายงานความก้าวหน้า", "steps of reports of progress"),
    _work("programme.ReportEvidence", "added_by", "หลักฐานที่แนบรายงาน", "evidence attached to reports"),
    _work("programme.Obstacle", "raised_by", "ปัญหาอุปสรรคที่แจ้ง", "obstacles raised"),
    _work("programme.PeriodLock", "locked_by", "งวดรายงานที่ล็อก", "periods of reporting locked"),
    _work("programme.PeriodLock", "reopened_by", "งวดรายงานที่เปิดใหม่", "periods of reporting reopened"),
    _work("programme.PlanLink", "decided_by", "ความเชื่อมโยงกับแผนที่ตัดสิน", "links to plans decided"),
    _work("programme.LikenessDecision", "decided_by", "คู่โครงการคล้ายกันที่ตัดสิน", "pairs of alike projects decided"),
    _work("assessment.City", "created_by", "เมืองที่เพิ่ม", "cities added"),
    _work("assessment.Call", "created_by", "รอบเปิดรับประเมินที่ตั้ง", "calls set up"),
    _work("assessment.CityFile", "created_by", "แฟ้มประเมินเมืองที่เปิด", "city files opened"),
    _work("assessment.CityFile", "submitted_by", "แฟ้มประเมินเมืองที่ส่ง", "city files submitted"),
    _work("assessment.FileStep", "by", "ขั้นตอนของแฟ้มประเมินเมือง", "steps of city files"),
    _work("assessment.Answer", "assigned_to", "เกณฑ์ที่ได้รับมอบหมายให้ตอบ", "criteria to answer"),
    _work("assessment.Answer", "changed_by", "เกณฑ์ที่ตอบ", "criteria answered"),
    _work("assessment.Evidence", "added_by", "หลักฐานของเมืองที่แนบ", "evidence of cities attached"),
    _work("assessment.Evidence", "removed_by", "หลักฐานของเมืองที่ถอด", "evidence of cities taken off"),
    _work("assessment.LocalCriterion", "added_by", "เกณฑ์ท้องถิ่นที่เพิ่ม", "local criteria added"),
    _work(
        "assessment.Marker",
        "person",
        "แฟ้มที่ได้รับแต่งตั้งให้ตรวจ และเรื่องส่วนได้เสียที่แจ้ง",
        "files to mark, and what was declared on conflicts",
    ),
    _work("assessment.Marker", "appointed_by", "ผู้ตรวจที่แต่งตั้ง", "markers appointed"),
    PersonalField(
        "assessment.Mark",
        ("reason",),
        Text("เหตุผลที่เขียนในฐานะผู้ตรวจให้คะแนน", "reasons written as a marker"),
        Text(
            "ให้ผู้หาข้อยุติรู้ว่าให้คะแนนเพราะอะไร และให้เมืองชี้แจงได้ โดยเมืองไม่เห็นชื่อ และอ่านได้เฉพาะในรอบที่แจ้งผู้ตรวจไว้ก่อน",
            "so that whoever settles the marks knows why, and the city can reply: it sees no name, and reads them only "
            "in calls that told the markers beforehand",
        ),
        _LAW,
        Text("เก็บต่อหลังลบบัญชีโดยใช้รหัสแทนชื่อ", "kept after erasure under the pseudonym"),
        _marked,
    ),
    _work("assessment.ReconciledMark", "by", "คะแนนที่หาข้อยุติ", "marks reconciled"),
    _work("assessment.Reply", "by", "คำชี้แจงของเมือง", "replies of cities"),
    _work("assessment.Decision", "by", "ผลการประเมินที่ตัดสิน", "city files decided"),
    _work("assessment.Appeal", "filed_by", "อุทธรณ์ที่ยื่น", "appeals filed"),
    _work("assessment.Appeal", "decided_by", "อุทธรณ์ที่ตัดสิน", "appeals decided"),
    _work("assessment.CertificateEvent", "by", "เหตุการณ์ของใบรับรองที่บันทึก", "events of certificates recorded"),
    _work("assessment.Surveillance", "by", "การติดตามหลังรับรองที่บันทึก", "surveillance recorded"),
    _work("assessment.Inventory", "created_by", "บัญชีก๊าซเรือนกระจกที่เริ่ม", "greenhouse-gas inventories begun"),
    _work("assessment.Inventory", "released_by", "บัญชีก๊าซเรือนกระจกที่เปิดเผย", "greenhouse-gas inventories released"),
    _work("assessment.InventoryEntry", "changed_by", "รายการก๊าซเรือนกระจกที่บันทึก", "greenhouse-gas entries saved"),
    _work("assessment.RoadmapItem", "created_by", "รายการแผนที่นำทางที่เพิ่ม", "items of road maps added"),
)

IMPERSONAL: dict[str, str] = {
    "registry.Person.pseudonym": "a random name that says nothing once the details are erased",
    "registry.Person.is_active": "a switch",
    "registry.Person.created_at": "when the row was made",
    "registry.Person.erased_at": "when the details were erased",
    "registry.Invitation.invited_by": "a pseudonymous account; the log says the same",
    "registry.Invitation.accepted_by": "a pseudonymous account; the log says the same",
}
"""Fields of models about people that hold no personal data, with the reason."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept about one person of one declared kind."""

    field: PersonalField
    value: Any


def personal_data_of(*, acting_user: Actor, person: Person) -> tuple[Held, ...]:
    """Everything declared, with the person's own values."""
    require(acting_user, "self.view", about=person)
    return tuple(Held(field, field.read(person)) for field in DECLARED)


def export_personal_data(*, acting_user: Actor, person: Person) -> bytes:
    """Everything declared as JSON (UTF-8); handing over is itself logged."""
    held = personal_data_of(acting_user=acting_user, person=person)
    with transaction.atomic():
        record(actor=acting_user, action="person.export", object_kind="person", object_id=person.pseudonym)
    content = {
        "pseudonym": person.pseudonym,
        "made_at": timezone.now().isoformat(),
        "data": [
            {
                "kept_in": h.field.model,
                "title": {"th": h.field.title.th, "en": h.field.title.en},
                "purpose": {"th": h.field.purpose.th, "en": h.field.purpose.en},
                "lawful_basis": {"th": h.field.basis.th, "en": h.field.basis.en},
                "kept": {"th": h.field.kept.th, "en": h.field.kept.en},
                "value": h.value,
            }
            for h in held
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8")


def erase_personal_data(*, acting_user: Actor, person: Person, reason: str = "") -> Person:
    """Remove what names the person; end the roles and the account. What was done stays, under the pseudonym.

    Refused for the last administrator at the top. It cannot be undone.
    """
    with transaction.atomic():
        if acting_user is not OPERATOR:
            require(acting_user, "self.erase", about=person)
        row = lock_person(person)
        if row.erased_at is not None:
            return row
        roles = _hold(row)
        check_not_last(roles)
        for membership in roles:
            end(acting_user, membership, reason)
        removed = _remove(row)
        record(
            actor=acting_user,
            action="person.erase",
            object_kind="person",
            object_id=row.pseudonym,
            old=removed,
            reason=reason,
        )
        announce("person.erase", person=row.pseudonym)
        forget_roles(row)
    return row


def _hold(person: Person) -> list[Membership]:
    """The roles, held with all that goes away with them, before the log is written (``locking``)."""
    roles = person.memberships.filter(ended_at__isnull=True).select_related("organisation", "person")
    held = list(roles.select_for_update(of=("self",), no_key=True).order_by("pk"))
    rows: list[QuerySet[Any]] = [ApiToken.objects.filter(person=person)]
    if person.email:
        rows.append(Invitation.objects.filter(email=person.email))
    for one in rows:
        list(one.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    return held


def _withdraw_all(email: str) -> int:
    """Invitations to this address that nobody has used."""
    return Invitation.objects.filter(email=email).update(email="", withdrawn_at=timezone.now())


def _remove(row: Person) -> dict[str, int]:
    """Delete the rows; how many of each, for the log."""
    email = row.email
    removed = {
        "email_addresses": EmailAddress.objects.filter(user=row).delete()[0],
        "authenticators": Authenticator.objects.filter(user=row).delete()[0],
        "outside_accounts": SocialAccount.objects.filter(user=row).delete()[0],
        "tokens": ApiToken.objects.filter(person=row).delete()[0],
        "invitations": _withdraw_all(email) if email else 0,
        "details": PersonalDetails.objects.filter(person=row).delete()[0],
    }
    row._state.fields_cache.pop("details", None)  # the object must not go on showing what is gone
    row.set_unusable_password()  # every session ends: its hash no longer fits
    row.is_active, row.last_login, row.erased_at = False, None, timezone.now()
    row.save()
    return removed
