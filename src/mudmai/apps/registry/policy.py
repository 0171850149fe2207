"""Who may do what: one table of actions and one function that answers *allowed* and *why*.

Pages, the API, the command line and jobs all ask :func:`decide`; lists ask :func:`organisations_allowing`, which gives
the organisations for which the same question would be answered with yes. ``docs/reference/roles.md`` is generated
from :data:`ACTIONS`.

A role is held in an organisation and an area. It reaches the organisations below its own and the areas below its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from mudmai.apps.registry.areas import EVERYWHERE, AreaRef, area_name, covers
from mudmai.apps.registry.models import Membership, Organisation, Person, Role, TokenLimit
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text

M = TypeVar("M", bound=Model)


class Operator(Enum):
    """Whoever has a shell on the machine: may do everything, and the log says that it was done there."""

    SHELL = "operator"


OPERATOR: Final = Operator.SHELL
Actor = Person | Operator
"""Who may stand behind a change."""


class Reach(Enum):
    """What a role must cover to count."""

    ANY_AREA = "any_area"
    """The organisation; in whichever area the role is held."""
    THE_AREA = "the_area"
    """The organisation and the area in question (no area named: all areas)."""
    EVERYWHERE = "everywhere"
    """The organisation and all areas."""
    SELF = "self"
    """Only the person themself."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be allowed. ``role`` is the lowest that suffices."""

    code: str
    title: Text
    role: Role | None
    reach: Reach


def _action(code: str, role: Role | None, reach: Reach, th: str, en: str) -> Action:
    return Action(code, Text(th, en), role, reach)


ACTIONS: dict[str, Action] = {
    one.code: one
    for one in (
        _action(
            "organisation.view",
            Role.READER,
            Reach.ANY_AREA,
            "ดูหน่วยงานและรายชื่อผู้มีสิทธิ์",
            "see an organisation and who holds roles in it",
        ),
        _action(
            "organisation.create",
            Role.ADMINISTRATOR,
            Reach.EVERYWHERE,
            "เพิ่มหน่วยงานในสังกัด",
            "add an organisation below one's own",
        ),
        _action("organisation.rename", Role.ADMINISTRATOR, Reach.EVERYWHERE, "แก้ชื่อหน่วยงาน", "rename an organisation"),
        _action("person.invite", Role.ADMINISTRATOR, Reach.THE_AREA, "เชิญบุคคล", "invite a person"),
        _action("role.grant", Role.ADMINISTRATOR, Reach.THE_AREA, "ให้สิทธิ์", "grant a role"),
        _action("role.revoke", Role.ADMINISTRATOR, Reach.THE_AREA, "ถอนสิทธิ์", "revoke a role"),
        _action(
            "person.deactivate",
            Role.ADMINISTRATOR,
            Reach.EVERYWHERE,
            "ปิดหรือเปิดบัญชีของบุคคล",
            "close or reopen a person's account",
        ),
        _action("audit.view", Role.REVIEWER, Reach.ANY_AREA, "อ่านบันทึกการเปลี่ยนแปลง", "read the log of changes"),
        _action(
            "data.read_internal", Role.READER, Reach.THE_AREA, "อ่านข้อมูลที่ยังไม่เปิดเผย", "read data that are not public"
        ),
        _action(
            "data.submit",
            Role.CONTRIBUTOR,
            Reach.THE_AREA,
            "ส่งข้อมูลและแก้ข้อมูลที่ส่ง",
            "submit data and correct one's submission",
        ),
        _action("data.review", Role.REVIEWER, Reach.THE_AREA, "ตรวจข้อมูล ผ่านหรือส่งกลับ", "review data: pass or return"),
        _action(
            "exception.accept",
            Role.REVIEWER,
            Reach.THE_AREA,
            "ยอมรับข้อยกเว้นของผลตรวจพร้อมเหตุผล",
            "accept findings of checks as exceptions, with a reason",
        ),
        _action("data.publish", Role.PUBLISHER, Reach.THE_AREA, "เผยแพร่ข้อมูล", "publish data"),
        _action("data.withdraw", Role.PUBLISHER, Reach.THE_AREA, "ถอนข้อมูลที่เผยแพร่", "withdraw published data"),
        _action(
            "dataset.assign",
            Role.ADMINISTRATOR,
            Reach.EVERYWHERE,
            "มอบหมายชุดข้อมูลให้หน่วยงาน (เฉพาะองค์กรบนสุด)",
            "assign datasets to organisations (at the top only)",
        ),
        _action(
            "dataset.choose_official",
            Role.PUBLISHER,
            Reach.EVERYWHERE,
            "เลือกผู้เผยแพร่ทางการของข้อมูลเดียวกัน (เฉพาะองค์กรบนสุด)",
            "choose whose figures are the official ones (at the top only)",
        ),
        _action(
            "definition.edit",
            Role.PUBLISHER,
            Reach.EVERYWHERE,
            "แก้นิยามอนุกรมและตัวชี้วัด",
            "edit definitions of series and indicators",
        ),
        _action(
            "source.view",
            Role.REVIEWER,
            Reach.ANY_AREA,
            "ดูการเชื่อมต่อแหล่งข้อมูลและผลการดึง",
            "see connections to data sources and how they went",
        ),
        _action(
            "source.connect",
            Role.PUBLISHER,
            Reach.EVERYWHERE,
            "ตั้งการเชื่อมต่อแหล่งข้อมูล",
            "set up connections to data sources",
        ),
        _action(
            "calendar.edit", Role.PUBLISHER, Reach.EVERYWHERE, "กำหนดปฏิทินส่งข้อมูล", "set the calendar of submissions"
        ),
        _action(
            "job.control",
            Role.PUBLISHER,
            Reach.ANY_AREA,
            "ยกเลิกหรือสั่งซ้ำงานเบื้องหลังของผู้อื่น",
            "cancel or repeat background work of others",
        ),
        _action(
            "project.view",
            Role.READER,
            Reach.ANY_AREA,
            "ดูแผนงานที่ยังไม่เปิดเผย (แผนงานที่เปิดเผยแล้วดูได้ทุกคน)",
            "see programmes that are not released (released ones are for everybody)",
        ),
        _action(
            "project.edit",
            Role.CONTRIBUTOR,
            Reach.THE_AREA,
            "ตั้งแผนงานและแก้โครงการที่ยังไม่เปิดเผย รวมทั้งรายละเอียดประกอบ",
            "set up programmes, change projects that are not released, and keep details of projects",
        ),
        _action(
            "project.revise",
            Role.REVIEWER,
            Reach.THE_AREA,
            "ทบทวนแผนที่เปิดเผยแล้ว (เพิ่มเติม เปลี่ยนแปลง แก้ไข)",
            "revise a released programme (add, change, correct)",
        ),
        _action(
            "project.link",
            Role.CONTRIBUTOR,
            Reach.THE_AREA,
            "เชื่อมโยงโครงการกับข้อของแผน ยืนยันหรือปัดข้อที่เสนอ",
            "link projects to clauses of plans, confirm or refuse suggestions",
        ),
        _action(
            "project.report",
            Role.CONTRIBUTOR,
            Reach.THE_AREA,
            "รายงานความก้าวหน้าโครงการ",
            "report the progress of projects",
        ),
        _action(
            "project.approve",
            Role.REVIEWER,
            Reach.THE_AREA,
            "รับรองรายงานความก้าวหน้า",
            "approve reports of progress",
        ),
        _action(
            "project.lock",
            Role.PUBLISHER,
            Reach.THE_AREA,
            "เปิดเผยแผนงาน ล็อกและเปิดงวดรายงาน",
            "release programmes, lock and reopen periods of reporting",
        ),
        _action(
            "city.edit",
            Role.CONTRIBUTOR,
            Reach.THE_AREA,
            "เพิ่มและแก้ข้อมูลเมือง ทำแผนที่นำทางและบัญชีก๊าซเรือนกระจก",
            "add and change cities, keep their road maps and greenhouse-gas inventories",
        ),
        _action(
            "city.release",
            Role.PUBLISHER,
            Reach.THE_AREA,
            "เปิดเผยบัญชีก๊าซเรือนกระจกของเมือง",
            "release greenhouse-gas inventories of cities",
        ),
        _action(
            "assess.view",
            Role.READER,
            Reach.ANY_AREA,
            "ดูแฟ้มประเมินของหน่วยงานที่ยังไม่ตัดสิน",
            "see files of one's organisation that are not decided",
        ),
        _action(
            "assess.fill",
            Role.CONTRIBUTOR,
            Reach.THE_AREA,
            "ประเมินตนเองและแนบหลักฐานในแฟ้มประเมินเมือง",
            "assess one's own city and attach evidence",
        ),
        _action(
            "assess.submit",
            Role.REVIEWER,
            Reach.THE_AREA,
            "ส่งแฟ้มประเมินเมือง ชี้แจง อุทธรณ์ และถอนแฟ้ม",
            "submit a city's file, reply, appeal and withdraw it",
        ),
        _action(
            "assess.mark",
            Role.CONTRIBUTOR,
            Reach.ANY_AREA,
            "ให้คะแนนแฟ้มที่ได้รับแต่งตั้งให้ตรวจ",
            "mark the files one is appointed to",
        ),
        _action(
            "assess.run",
            Role.REVIEWER,
            Reach.ANY_AREA,
            "แต่งตั้งผู้ตรวจ ส่งแฟ้มกลับ หาข้อยุติคะแนน และแจ้งผลเบื้องต้น",
            "appoint markers, return files, reconcile marks and tell provisional results",
        ),
        _action(
            "assess.call",
            Role.PUBLISHER,
            Reach.ANY_AREA,
            "ตั้งและประกาศรอบเปิดรับประเมิน",
            "set up and publish calls",
        ),
        _action(
            "assess.decide",
            Role.PUBLISHER,
            Reach.ANY_AREA,
            "ตัดสินแฟ้มประเมินและอุทธรณ์",
            "decide on files and appeals",
        ),
        _action(
            "certificate.keep",
            Role.PUBLISHER,
            Reach.ANY_AREA,
            "ดูแลทะเบียนใบรับรอง ติดตาม แก้ไข และเพิกถอน",
            "keep the register of certificates: check, correct and withdraw",
        ),
        _action("self.view", None, Reach.SELF, "ดูและส่งออกข้อมูลส่วนบุคคลของตน", "see and export one's own personal data"),
        _action("self.change", None, Reach.SELF, "แก้ชื่อและภาษาของตน", "change one's own name and language"),
        _action("self.erase", None, Reach.SELF, "ลบข้อมูลส่วนบุคคลของตน", "erase one's own personal data"),
        _action("token.issue", None, Reach.SELF, "ออกโทเคนให้โปรแกรมของตน", "issue tokens to one's own programs"),
        _action("token.revoke", None, Reach.SELF, "เพิกถอนโทเคนของตน", "revoke one's own tokens"),
    )
}
"""Every action by its code."""

READING = frozenset(
    {"organisation.view", "audit.view", "data.read_internal", "source.view", "self.view", "project.view", "assess.view"}
)
"""Actions that change nothing: all that a read-only token may do."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: ``code`` for programs, ``reason`` for people. True when allowed."""

    allowed: bool
    reason: Text
    code: str

    def __bool__(self) -> bool:
        return self.allowed


class NotAllowed(InputError):
    """An action that the policy refuses; carries the decision."""

    default_code = "not_allowed"

    def __init__(self, decision: Decision, remedy: Text | None = None) -> None:
        super().__init__(
            decision.reason,
            remedy=remedy
            or Text(
                "ขอสิทธิ์จากผู้ดูแลสิทธิ์ของหน่วยงาน หรือเข้าสู่ระบบด้วยบัญชีอื่น",
                "ask an administrator of the organisation for the role, or sign in with another account",
            ),
        )
        self.decision = decision


def action_named(code: str) -> Action:
    """The action; an unknown code is refused."""
    if code not in ACTIONS:
        raise UnknownNameError(Text("การกระทำ", "action"), code, list(ACTIONS))
    return ACTIONS[code]


def decide(
    person: Person | Operator | AnonymousUser | None,
    action: str,
    *,
    organisation: Organisation | None = None,
    area: AreaRef | None = None,
    about: Person | None = None,
) -> Decision:
    """May ``person`` do ``action`` in ``organisation`` (and ``area``)? ``about`` is whom a ``self.`` action concerns.

    ``area`` None means all areas, where the action asks for an area at all. An action that needs an organisation is
    refused without one: for an organisation at the top, only the operator may act.
    """
    wanted = action_named(action)
    if person is OPERATOR:
        return Decision(True, Text("ผู้ดูแลเครื่องสั่งจากเครื่องแม่ข่าย", "ordered on the machine itself"), "operator")
    if not isinstance(person, Person):
        return Decision(False, Text("ต้องเข้าสู่ระบบก่อน", "sign in first"), "anonymous")
    if not person.is_active:
        return Decision(False, Text("บัญชีนี้ถูกปิด", "this account is closed"), "inactive")
    if person.token_limit is not None:
        refused = _beyond_token(person.token_limit, wanted, organisation)
        if refused is not None:
            return refused
    if wanted.reach is Reach.SELF:
        if about is not None and about.pk == person.pk:
            return Decision(True, Text("เป็นข้อมูลของตนเอง", "these are one's own data"), "self")
        return Decision(False, Text("ทำได้เฉพาะเจ้าของบัญชี", "only the person themself may do this"), "not_self")
    if lacks_second_factor(person):
        return Decision(False, SECOND_FACTOR, "second_factor")
    if organisation is None:
        text = Text("การกระทำนี้ต้องระบุหน่วยงาน", "this needs an organisation to act in")
        return Decision(False, text, "no_organisation")
    return _by_membership(person, wanted, organisation, _asked(wanted, area))


def require(
    person: Person | Operator | AnonymousUser | None,
    action: str,
    *,
    organisation: Organisation | None = None,
    area: AreaRef | None = None,
    about: Person | None = None,
) -> Decision:
    """As :func:`decide`, but a refusal is raised as :class:`NotAllowed`."""
    decision = decide(person, action, organisation=organisation, area=area, about=about)
    if not decision:
        raise NotAllowed(decision)
    return decision


def decide_anywhere(person: Person | Operator | AnonymousUser | None, action: str) -> Decision:
    """May ``person`` do ``action`` in at least one organisation and area? A refusal says what their best role lacks."""
    if not isinstance(person, Person):
        return decide(person, action)
    if organisations_allowing(person, action).exists():
        return Decision(True, Text("มีสิทธิ์ในบางหน่วยงาน", "holds the role in some organisation"), "role")
    roles = roles_of(person)
    if not roles:
        text = Text("บัญชีนี้ยังไม่มีสิทธิ์ในหน่วยงานใด", "this account holds no role in any organisation")
        return Decision(False, text, "no_role")
    best = max(roles, key=lambda m: (Role(m.role).rank, m.is_everywhere))
    return decide(person, action, organisation=best.organisation, area=AreaRef(best.area_system, best.area_code))


def require_anywhere(person: Person | Operator | AnonymousUser | None, action: str) -> Decision:
    """As :func:`decide_anywhere`, but a refusal is raised as :class:`NotAllowed`."""
    decision = decide_anywhere(person, action)
    if not decision:
        raise NotAllowed(decision)
    return decision


def _asked(wanted: Action, area: AreaRef | None) -> AreaRef | None:
    """The area that a role must cover; None when any will do."""
    match wanted.reach:
        case Reach.ANY_AREA:
            return None
        case Reach.EVERYWHERE:
            return EVERYWHERE
    return area or EVERYWHERE


def _by_membership(person: Person, wanted: Action, organisation: Organisation, asked: AreaRef | None) -> Decision:
    assert wanted.role is not None
    near = memberships_in(person, organisation)
    if not near:
        text = Text(f"ไม่มีสิทธิ์ใดใน {organisation.name_th}", f"no role is held in {organisation.name_en}")
        return Decision(False, text, "no_role")
    high = [m for m in near if Role(m.role).rank >= wanted.role.rank]
    if not high:
        best = max((Role(m.role) for m in near), key=lambda r: r.rank)
        text = Text(
            f"“{wanted.title.th}” ต้องเป็น{wanted.role.title.th}ขึ้นไป บัญชีนี้เป็น{best.title.th}",
            f"the role of {wanted.role.title.en} or higher is needed to {wanted.title.en}; "
            f"this account is {best.title.en}",
        )
        return Decision(False, text, "role_too_low")
    for held in high:
        if asked is None or covers(AreaRef(held.area_system, held.area_code), asked):
            text = Text(
                f"เป็น{Role(held.role).title.th}ใน {held.organisation.name_th}",
                f"holds the role {Role(held.role).title.en} in {held.organisation.name_en}",
            )
            return Decision(True, text, "role")
    assert asked is not None
    place, mine = area_name(asked), area_name(AreaRef(high[0].area_system, high[0].area_code))
    text = Text(
        f"สิทธิ์ที่มีครอบคลุม {mine.th} ไม่ถึง {place.th}",
        f"the role held covers {mine.en} and does not reach {place.en}",
    )
    return Decision(False, text, "outside_area")


SECOND_FACTOR = Text(
    "บทบาทของบัญชีนี้ต้องเปิดการยืนยันสองชั้นก่อน (บัญชีของฉัน › การยืนยันสองชั้น)",
    "the roles of this account need a second factor first (My account › Second factor)",
)


def lacks_second_factor(person: Person) -> bool:
    """True when a role of the person needs a second factor (``MUDMAI_SECOND_FACTOR_FROM``) and the account has none."""
    lowest: str = settings.MUDMAI_SECOND_FACTOR_FROM
    if not lowest or not any(Role(m.role).rank >= Role(lowest).rank for m in roles_of(person)):
        return False
    kept: bool | None = getattr(person, "_has_factor", None)
    if kept is None:
        kept = bool(is_mfa_enabled(person))
        person._has_factor = kept  # type: ignore[attr-defined]  # lives as long as this object
    return not kept


def _beyond_token(limit: TokenLimit, wanted: Action, organisation: Organisation | None) -> Decision | None:
    """Why a token does not reach the action whatever its person may; None where it does."""
    if wanted.code in READING:
        pass
    elif wanted.reach is Reach.SELF:
        text = Text("ทำด้วยโทเคนไม่ได้ ต้องเข้าสู่ระบบ", "a token cannot do this: sign in on the pages")
        return Decision(False, text, "token_own_account")
    elif limit.read_only:
        return Decision(False, Text("โทเคนนี้อ่านได้อย่างเดียว", "this token may only read"), "token_read_only")
    if limit.organisation is not None and organisation is not None and limit.organisation not in line_of(organisation):
        text = Text(
            f"โทเคนนี้ใช้ได้ในหน่วยงานเดียว ไม่ใช่ {organisation.name_th}",
            f"this token is held to another organisation than {organisation.name_en}",
        )
        return Decision(False, text, "token_elsewhere")
    return None


def line_of(organisation: Organisation) -> list[int]:
    """Ids of the organisation and those above it, the nearest first."""
    found, here = [organisation.pk], organisation.parent_id
    parents = _parents() if here is not None else {}
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return found


def _parents() -> dict[int, int | None]:
    return dict(Organisation.objects.values_list("pk", "parent_id"))


def roles_of(person: Person) -> list[Membership]:
    """The roles that the person holds now, asked for once per request and person object."""
    kept: list[Membership] | None = getattr(person, "_roles_now", None)
    if kept is None:
        kept = list(person.memberships.filter(ended_at__isnull=True).select_related("organisation"))
        person._roles_now = kept  # type: ignore[attr-defined]  # lives as long as this object
    return kept


def forget_roles(person: Person) -> None:
    """After a change of roles: ask again."""
    person.__dict__.pop("_roles_now", None)


def memberships_in(person: Person, organisation: Organisation) -> list[Membership]:
    """Roles of the person that reach ``organisation``, nearest first."""
    roles = roles_of(person)
    if not roles:
        return []
    line = line_of(organisation)
    return sorted((m for m in roles if m.organisation_id in line), key=lambda m: line.index(m.organisation_id))


def organisations_allowing(person: Person | Operator | AnonymousUser | None, action: str) -> QuerySet[Organisation]:
    """The organisations in which the person may do ``action`` in at least one area; what lists are cut down to."""
    wanted = action_named(action)
    if person is OPERATOR:
        return Organisation.objects.all()
    if not isinstance(person, Person) or not person.is_active or wanted.role is None or lacks_second_factor(person):
        return Organisation.objects.none()
    tops = {
        m.organisation_id
        for m in roles_of(person)
        if Role(m.role).rank >= wanted.role.rank and (wanted.reach is not Reach.EVERYWHERE or m.is_everywhere)
    }
    if not tops:
        return Organisation.objects.none()
    limit = person.token_limit
    if limit is not None and limit.read_only and action not in READING:
        return Organisation.objects.none()
    if limit is not None and limit.organisation is not None:
        below = _with_all_below({limit.organisation})
        return Organisation.objects.filter(pk__in=_with_all_below(tops) & below)
    return Organisation.objects.filter(pk__in=_with_all_below(tops))


def _with_all_below(tops: set[int]) -> set[int]:
    parents = _parents()
    found = set(tops)
    grew = True
    while grew:
        more = {pk for pk, parent in parents.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return found


def allowed_rows(
    rows: QuerySet[M],
    person: Person | Operator | AnonymousUser | None,
    action: str,
    *,
    organisation: str = "organisation",
) -> QuerySet[M]:
    """``rows`` of the organisations for which ``action`` is allowed; ``organisation`` is the path to the foreign key.

    The area is not filtered here: a row with an area of its own is still put to :func:`decide`.
    """
    if person is OPERATOR:
        return rows
    allowed: Any = organisations_allowing(person, action).values("pk")
    return rows.filter(**{f"{organisation}__in": allowed})
