"""Who may open which address and send which form: the table, and the answer that follows from it.

The answer comes from the declaration of the policy (:data:`ACTIONS`: lowest role and reach) and from the roles written
down here, never from the code that decides. An address of the site that is missing here fails the test: whoever adds a
page declares who may open it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mudmai.apps.registry.models import Role
from mudmai.apps.registry.policy import ACTIONS, READING, Reach
from mudmai.core.language import Text

LINES = {
    "top": ("top",),
    "ministry": ("ministry", "top"),
    "department": ("department", "ministry", "top"),
    "other": ("other", "top"),
}
"""An organisation and those above it."""
NAMES = {
    "top": Text("ผู้ดูแล", "Operator"),
    **{code: Text(f"ชื่อ {code}", f"Name {code}") for code in ("ministry", "department", "other")},
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with at most one role. ``area`` empty: everywhere. ``token``: "", "full", "read" or an organisation."""

    name: str
    role: Role | None = None
    organisation: str = ""
    area: str = ""
    token: str = ""

    @property
    def person(self) -> str:
        """Whose account it is; tokens are those of a person."""
        return self.name.partition("+")[0]


LADDER = (Role.READER, Role.CONTRIBUTOR, Role.REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR)
ANONYMOUS = Caller("anonymous")
PEOPLE = (
    Caller("nobody"),
    *(Caller(role.value, role, "ministry") for role in LADDER),
    *(Caller(f"{role.value}-other", role, "other") for role in LADDER),
    Caller("contributor-b", Role.CONTRIBUTOR, "ministry", "B"),
    Caller("publisher-b", Role.PUBLISHER, "ministry", "B"),
    Caller("administrator-top", Role.ADMINISTRATOR, "top"),
)
CALLERS = (ANONYMOUS, *PEOPLE)
TOKENS = (
    ANONYMOUS,
    *(Caller(f"{one.name}+full", one.role, one.organisation, one.area, "full") for one in PEOPLE),
    Caller("publisher+read", Role.PUBLISHER, "ministry", "", "read"),
    Caller("contributor+read", Role.CONTRIBUTOR, "ministry", "", "read"),
    Caller("administrator+department", Role.ADMINISTRATOR, "ministry", "", "department"),
    Caller("administrator-top+other", Role.ADMINISTRATOR, "top", "", "other"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """``status``, and ``reason``: words that the answer must hold."""

    status: int
    reason: Text | None


@dataclass(frozen=True, slots=True)
class Public:
    """Everybody."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Every account."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """No caller whatever, with this status: what is closed does not exist for these addresses."""

    status: int = 404


@dataclass(frozen=True, slots=True)
class May:
    """An action of the policy. ``organisation`` empty: in any; ``area`` "some": any area will do, "" all areas.

    ``status`` 404: for all others there is no such page, not even a way to the sign-in page.
    """

    action: str
    organisation: str = ""
    area: str = ""
    status: int = 403


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several actions is enough."""

    of: tuple[May, ...]
    status: int = 403


Rule = Public | SignedIn | Nobody | May | AnyOf
LED_TO_SIGN_IN = Refusal(302, None)


def refusal(caller: Caller, rules: tuple[Rule, ...]) -> Refusal | None:
    """The first of the rules that refuses the caller; None: allowed."""
    return next((found for one in rules if (found := _by(caller, one)) is not None), None)


def _by(caller: Caller, rule: Rule) -> Refusal | None:
    match rule:
        case Public():
            return None
        case Nobody():
            return Refusal(rule.status, None)
    if caller is ANONYMOUS:
        hidden = isinstance(rule, May) and rule.status == 404
        return Refusal(404, None) if hidden else LED_TO_SIGN_IN
    match rule:
        case SignedIn():
            return None
        case AnyOf():
            allowed = any(_why_not(caller, one) is None for one in rule.of)
            return None if allowed else Refusal(rule.status, None)
        case May():
            why = _why_not(caller, rule)
            return None if why is None else Refusal(rule.status, why if rule.status == 403 else None)


def _why_not(caller: Caller, rule: May) -> Text | None:
    """The reason in words, from the declaration of the action alone."""
    action = ACTIONS[rule.action]
    assert action.role is not None
    where = rule.organisation or caller.organisation
    if caller.token == "read" and rule.action not in READING:
        return Text("โทเคนนี้อ่านได้อย่างเดียว", "this token may only read")
    if caller.token in LINES and where and caller.token not in LINES[where]:
        return Text("โทเคนนี้ใช้ได้ในหน่วยงานเดียว", "this token is held to another organisation")
    if caller.role is None and not rule.organisation:
        return Text("บัญชีนี้ยังไม่มีสิทธิ์ในหน่วยงานใด", "this account holds no role in any organisation")
    if caller.role is None or caller.organisation not in LINES[where]:
        name = NAMES[where]
        return Text(f"ไม่มีสิทธิ์ใดใน {name.th}", f"no role is held in {name.en}")
    if LADDER.index(caller.role) < LADDER.index(action.role):
        return Text(
            f"ต้องเป็น{action.role.title.th}ขึ้นไป บัญชีนี้เป็น{caller.role.title.th}",
            f"the role of {action.role.title.en} or higher is needed to {action.title.en}; "
            f"this account is {caller.role.title.en}",
        )
    asked = caller.area if not rule.organisation or rule.area == "some" else rule.area
    if action.reach is Reach.EVERYWHERE:
        asked = ""
    if action.reach is not Reach.ANY_AREA and caller.area not in ("", asked):
        return Text("สิทธิ์ที่มีครอบคลุม", "the role held covers")
    return None


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page; ``data`` may be a key of the world's forms. ``then``: the answer when it is allowed."""

    data: Mapping[str, Any] | str
    rules: tuple[Rule, ...]
    then: int = 302


@dataclass(frozen=True, slots=True)
class Page:
    """An address: who may read it, with which objects, and its forms. ``then``: statuses of an allowed read."""

    rules: tuple[Rule, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    then: int = 200
    forms: tuple[Form, ...] = ()


def may(action: str, organisation: str = "", area: str = "", status: int = 403) -> tuple[May]:
    return (May(action, organisation, area, status),)


PUBLIC, SIGNED_IN = (Public(),), (SignedIn(),)
SEE = may("data.read_internal", "ministry", "A")
CHANGE = (*SEE, *may("data.submit", "ministry", "A"))
REVIEW = (*SEE, *may("data.review", "ministry", "A"))
LOG = may("audit.view", "ministry")
SOURCE, CONNECT = may("source.view", "ministry"), may("source.connect", "ministry")
DESK, CALENDAR = may("definition.edit"), may("calendar.edit", "ministry")
MEMBERS = may("organisation.view", "ministry")
PROJECT = may("project.view", "ministry")
PLANNING = (*PROJECT, *may("project.edit", "ministry"))
REGISTER = may("certificate.keep", "ministry")
LINKING = (*PROJECT, *may("project.link", "ministry"))
INVENTORY = may("assess.view", "ministry")
COUNTING = (*INVENTORY, *may("city.edit", "ministry", "A"))
CITY = may("city.edit", "ministry", "A")
FILE = may("assess.view", "ministry")
FILLING = (*FILE, *may("assess.fill", "ministry", "A"))
SENDING = (*FILE, *may("assess.submit", "ministry", "A"))
OF_CITY, OF_FILE = {"code": "matrix-city"}, {"file": "city_file"}
MARKED, OF_MARKED = may("assess.view", "ministry"), {"file": "marked_file"}
RUNNING = (*MARKED, *may("assess.run", "ministry"))
DECIDING = (*MARKED, *may("assess.decide", "ministry"))
OWN_RESULT = (AnyOf((May("assess.view", "ministry"), May("assess.view", "other"))), May("assess.view", "other"))
ONLY_MARKERS = (SignedIn(), Nobody(403))  # whoever is appointed to the file: tests/web/marking
REPORTING = (*PROJECT, *may("project.report", "ministry"))
HOLDERS = (
    AnyOf(
        (
            May("data.read_internal", "ministry", "some"),
            May("data.read_internal", "other", "some"),
            May("dataset.assign", "top"),
            May("dataset.choose_official", "top"),
        ),
        404,
    ),
)


def draft(*forms: Form, then: int = 200, rules: tuple[Rule, ...] = SEE) -> Page:
    return Page(rules, {"submission": "draft"}, then=then, forms=forms)


PAGES: dict[str, Page] = {
    "home": Page(PUBLIC),
    "scorecard": Page(PUBLIC),
    "scorecard_table": Page(PUBLIC, {"form": "csv"}),
    "strategies": Page(PUBLIC),
    "indicator": Page(PUBLIC),
    "indicator_within": Page(PUBLIC, then=400),  # the toy plan judges no level below
    "chart": Page(PUBLIC, {"form": "svg"}),
    "indicator_table": Page(PUBLIC, {"form": "csv"}),
    "indices": Page(PUBLIC),
    "index": Page(PUBLIC, {"index": "none"}, then=404),  # the toy packs declare no index
    "index_table": Page(PUBLIC, {"index": "none", "form": "csv"}, then=404),
    "index_area": Page(PUBLIC, {"index": "none"}, then=404),
    "assessments": Page(PUBLIC),
    "criteria": Page(PUBLIC, {"set": "toy-smart-1"}),
    "criteria_book": Page(PUBLIC, {"set": "toy-smart-1", "kind": "answers"}),
    "cities": Page(PUBLIC),
    "new_city": Page(
        may("city.edit"),
        forms=(Form("city_new", (*may("city.edit"), *may("city.edit", "ministry", "some", 422), *CITY)),),
    ),
    "city": Page(PUBLIC, OF_CITY),
    "cities_compare": Page(PUBLIC),
    "city_profile": Page(PUBLIC, OF_CITY),
    "city_profile_pdf": Page(PUBLIC, OF_CITY),
    "city_change": Page(CITY, OF_CITY, forms=(Form("city_change", CITY),)),
    "new_call": Page(
        may("assess.call"),
        forms=(
            Form(
                "call_new",
                (
                    *may("assess.call"),
                    *may("assess.call", "ministry", "some", 422),
                    *may("assess.call", "ministry"),
                ),
            ),
        ),
    ),
    "call": Page(
        PUBLIC,
        forms=(
            Form({"do": "publish"}, may("assess.call", "ministry")),
            Form({"do": "open", "city": "matrix-city"}, may("assess.fill", "ministry", "A")),
        ),
    ),
    "call_change": Page(may("assess.call", "ministry"), forms=(Form("call_change", may("assess.call", "ministry")),)),
    "city_file": Page(
        FILE,
        OF_FILE,
        forms=(
            Form("file_claim", FILLING),
            Form({"do": "add_local", "title": "วัดเก่า"}, FILLING),
            Form("file_submit", SENDING, 422),  # nothing is answered yet
            Form({"do": "withdraw", "reason": "เหตุผล"}, SENDING),
        ),
    ),
    "file_part": Page(FILE, {**OF_FILE, "part": "plan"}, forms=(Form("file_answers", FILLING),)),
    "file_evidence": Page(
        FILE,
        {**OF_FILE, "criterion": "c-plan"},
        forms=(Form({"do": "link", "url": "https://town.example/plan"}, FILLING),),
    ),
    "evidence_file": Page(FILE, {**OF_FILE, "evidence": "city_evidence"}),
    "file_book": Page(FILE, OF_FILE),
    "file_load": Page(FILLING, OF_FILE, forms=(Form("file", FILLING, 422),)),  # no workbook of answers
    "city_roadmap": Page(FILE, OF_CITY),
    "roadmap_new": Page(CITY, OF_CITY, query="?criterion=c-plan", forms=(Form("roadmap_new", CITY),)),
    "roadmap_item": Page(CITY, {**OF_CITY, "item": "roadmap_row"}, forms=(Form("roadmap_done", CITY),)),
    "marking": Page(SIGNED_IN),
    "marking_file": Page(MARKED, OF_MARKED, forms=(Form({"do": "return", "reason": "-"}, RUNNING, 409),)),
    "marking_marks": Page(RUNNING, OF_MARKED, forms=(Form("marking_settle", RUNNING),)),
    "marking_tell": Page(RUNNING, OF_MARKED, forms=(Form({"do": "tell"}, RUNNING, 409),)),
    "marking_decide": Page(DECIDING, OF_MARKED, forms=(Form("marking_decide", DECIDING),)),
    "marking_appeal": Page(
        DECIDING, {"file": "appealed_file"}, forms=(Form({"outcome": "dismissed", "reasons": "-"}, DECIDING),)
    ),
    "marking_desk": Page(ONLY_MARKERS, OF_MARKED),
    "marking_part": Page(ONLY_MARKERS, {**OF_MARKED, "part": "plan"}),
    "file_result": Page(
        OWN_RESULT,
        {"file": "replying_file"},
        forms=(
            Form({"do": "reply", "text": "ชี้แจง"}, (*OWN_RESULT, *may("assess.submit", "other", "A"))),
            Form({"do": "end", "sure": "yes"}, (*OWN_RESULT, *may("assess.submit", "other", "A"))),
        ),
    ),
    "certificate_decision": Page(PUBLIC, {"number": "decided_number"}),
    "inventories": Page(PUBLIC),
    "inventory_new": Page(
        may("city.edit"),
        forms=(
            Form(
                "inventory_begin",
                (
                    *may("city.edit"),
                    *may("city.edit", "ministry", "some", 422),
                    *may("city.edit", "ministry", "A"),
                ),
            ),
        ),
    ),
    "inventory": Page(INVENTORY),
    "inventory_table": Page(INVENTORY, {"form": "csv"}),
    "inventory_settings": Page(COUNTING, forms=(Form("inventory_settings", COUNTING),)),
    "inventory_release": Page(
        (*INVENTORY, *may("city.release", "ministry", "A")),
        forms=(Form("inventory_seen", (*INVENTORY, *may("city.release", "ministry", "A"))),),
    ),
    "inventory_entry_new": Page(COUNTING, forms=(Form("inventory_entry", COUNTING),)),
    "inventory_entry": Page(COUNTING, {"entry": "inventory_row"}, forms=(Form("inventory_entry", COUNTING),)),
    "inventory_entry_remove": Page(COUNTING, {"entry": "inventory_row"}, forms=(Form("inventory_seen", COUNTING),)),
    "inventory_balance": Page(COUNTING, {"balance": "waste"}, forms=(Form("inventory_seen", COUNTING),)),
    "inventory_sheet": Page(COUNTING, forms=(Form("inventory_file", COUNTING, 200),)),
    "areas": Page(PUBLIC),
    "area": Page(PUBLIC),
    "work": Page(PUBLIC),
    "shapes": Page(PUBLIC),
    "preferences": Page(PUBLIC, forms=(Form({"calendar": "CE", "digits": "arabic"}, PUBLIC),)),
    "about": Page(PUBLIC),
    "account": Page(SIGNED_IN, forms=(Form({"display_name": "Khun", "language": "en"}, SIGNED_IN),)),
    "my_data": Page(SIGNED_IN),
    "export_data": Page(PUBLIC, then=405, forms=(Form({}, SIGNED_IN, 200),)),
    "erase_data": Page(SIGNED_IN, forms=(Form({"confirm": "on"}, SIGNED_IN, 200),)),
    "change_email": Page(SIGNED_IN, forms=(Form({"email": "new@example.go.th"}, SIGNED_IN),)),
    "confirm_email": Page(PUBLIC, forms=(Form({}, PUBLIC),)),  # the link is the secret
    "tokens": Page(
        SIGNED_IN,
        forms=(
            Form({"do": "issue", "name": "x", "days": "7"}, SIGNED_IN),
            Form("token_of_another", SIGNED_IN, 404),
        ),
    ),
    "invitation": Page(PUBLIC),  # the link is the secret
    "organisations": Page(
        SIGNED_IN,
        forms=(Form("organisation", may("organisation.create", "ministry")),),
    ),
    "organisation": Page(
        MEMBERS,
        forms=(
            Form({"do": "invite", "email": "x@example.go.th", "role": "reader"}, may("person.invite", "ministry")),
            Form(
                {"do": "invite", "email": "x@example.go.th", "role": "reader", "area": "land:B"},
                may("person.invite", "ministry", "B"),
            ),
            Form({"do": "rename", "name_th": "ก", "name_en": "a"}, may("organisation.rename", "ministry")),
            Form("withdraw_invitation", may("person.invite", "ministry")),
        ),
    ),
    "member": Page(
        MEMBERS,
        forms=(
            Form({"do": "grant", "role": "reviewer", "area": "land:A"}, may("role.grant", "ministry", "A")),
            Form("revoke", may("role.revoke", "ministry")),
            Form({"do": "close", "reason": "-"}, may("person.deactivate", "ministry")),
        ),
    ),
    "audit": Page(may("audit.view")),
    "audit_csv": Page(may("audit.view")),
    "datasets": Page(PUBLIC),
    "dataset": Page(PUBLIC, {"dataset": "toy-money"}),
    "submit_any": Page(may("data.submit"), forms=(Form("file", may("data.submit")),)),
    "submit": Page(may("data.submit"), {"id": "toy-money"}, forms=(Form("file", may("data.submit")),)),
    "submission_reading": draft(Form({"do": "again"}, CHANGE), Form({"do": "forget"}, CHANGE)),
    "submission_replace": draft(Form("file", CHANGE), then=302),
    "submissions": Page(SIGNED_IN),
    "submission": draft(Form("submit", CHANGE), Form("discard", CHANGE)),
    "submission_checks": draft(
        Form("accept", (*SEE, *may("exception.accept", "ministry", "A"))),
        Form("accept_nothing", SEE, 409),
    ),
    "submission_checks_csv": draft(),
    "submission_marked": draft(),
    "submission_differences": draft(),
    "submission_file": draft(),
    "dataset_holders": Page(
        HOLDERS,
        forms=(
            Form("assign", (*HOLDERS, *may("dataset.assign", "top"))),
            Form("choose", (*HOLDERS, *may("dataset.choose_official", "top"))),
        ),
    ),
    "dataset_publishers": Page(PUBLIC),
    "dataset_as_of": Page(PUBLIC),
    "jobs": Page(SIGNED_IN),
    "job": Page(LOG, forms=(Form({"do": "cancel"}, (*LOG, *may("job.control", "ministry"))),)),
    "job_progress": Page(LOG),
    "calendar": Page(PUBLIC),
    "calendar_ics": Page(PUBLIC),
    "new_obligation": Page(may("calendar.edit"), forms=(Form("obligation", (*may("calendar.edit"), *CALENDAR)),)),
    "obligation": Page(
        CALENDAR,
        forms=(
            Form({"do": "waive", "period": "2023", "reason": "-"}, CALENDAR),
            Form({"do": "end", "reason": "-"}, CALENDAR),
        ),
    ),
    "connections": Page(SIGNED_IN),
    "new_connection": Page(
        may("source.connect"), query="?kind=url", forms=(Form("connection", (*may("source.connect"), *CONNECT)),)
    ),
    "connection": Page(
        SOURCE,
        forms=tuple(Form({"do": do, "reason": "-"}, (*SOURCE, *CONNECT)) for do in ("fetch", "pause", "resume", "end")),
    ),
    "change_connection": Page((*SOURCE, *CONNECT), forms=(Form("connection", (*SOURCE, *CONNECT)),)),
    "snapshot": Page((*SOURCE, *may("data.read_internal", "ministry"))),
    "register": Page(PUBLIC),
    "register_table": Page(PUBLIC, {"form": "csv"}),
    "certificate": Page(PUBLIC),
    "certificate_sign": Page(PUBLIC),
    "certificate_pdf": Page(PUBLIC),
    "certificate_check": Page(REGISTER, forms=(Form("certificate_checked", REGISTER),)),
    "certificate_correct": Page(REGISTER, forms=(Form("certificate_corrected", REGISTER),)),
    "certificate_withdraw": Page(REGISTER, forms=(Form("certificate_withdrawn", REGISTER),)),
    "projects": Page(PUBLIC),
    "projects_table": Page(PUBLIC, {"form": "csv"}),
    "area_pdf": Page(PUBLIC),
    "cascade": Page(PUBLIC),
    "cascade_table": Page(PUBLIC, {"form": "csv"}),
    "programmes": Page(PUBLIC),
    "new_programme": Page(
        may("project.edit"),
        forms=(
            Form(
                "programme",
                (
                    *may("project.edit"),
                    *may("project.edit", "ministry", "some", 400),
                    *may("project.edit", "ministry"),
                ),
            ),
        ),
    ),
    "programme": Page(PROJECT, forms=(Form({"do": "release"}, (*PROJECT, *may("project.lock", "ministry"))),)),
    "programme_print": Page(PROJECT, {"form": "xlsx"}),
    "programme_blank": Page(PROJECT, {"form": "xlsx"}),
    "programme_print_page": Page(PROJECT, forms=(Form({"digits": "thai"}, PROJECT),)),
    "programme_list_load": Page(PLANNING, forms=(Form("file", PLANNING),)),
    "programme_list_preview": Page(PLANNING, {"job": "read_list_job"}, forms=(Form({"reason": "-"}, PLANNING),)),
    "programme_links": Page(LINKING, forms=(Form({"do": "suggest"}, LINKING), Form("link_decided", LINKING))),
    "projects_alike": Page(
        SIGNED_IN,
        forms=(
            Form({"do": "search"}, (*SIGNED_IN, *may("project.edit", "ministry", "some", 400))),
            Form("alike", PLANNING),
        ),
    ),
    "programme_alike": Page(PLANNING, forms=(Form("alike", PLANNING),)),
    "programme_revised": Page(PLANNING, {"job": "compare_job"}, forms=(Form("revised_book", PLANNING),)),
    "programme_load": Page(PLANNING, forms=(Form("file", PLANNING),)),
    "programme_preview": Page(PLANNING, {"job": "read_job"}, forms=(Form({"kind": "added"}, PLANNING),)),
    "project": Page(PROJECT, {"project": "reported"}),
    "project_links": Page(
        LINKING,
        {"project": "reported"},
        forms=(
            Form({"do": "suggest"}, LINKING),
            Form({"do": "add", "clause": "toyplan:P"}, LINKING),
            Form("link_confirm", LINKING),
            Form("link_refuse", LINKING),
            Form("link_parts", LINKING),
        ),
    ),
    "project_sign": Page(PROJECT, {"project": "reported"}),
    "project_pdf": Page(PROJECT, {"project": "reported"}),
    "project_edit": Page(PLANNING, {"project": "reported"}, forms=(Form("places", PLANNING),)),
    "project_new": Page(PLANNING, forms=(Form("project_facts", PLANNING),)),
    "project_change": Page(PLANNING, {"project": "reported"}, forms=(Form("project_facts", PLANNING),)),
    "project_move": Page(PLANNING, {"project": "reported"}, forms=(Form("project_move", PLANNING),)),
    "project_merge": Page(PLANNING, {"project": "reported"}, forms=(Form("project_into", PLANNING),)),
    "project_duplicate": Page(PLANNING, {"project": "reported"}, forms=(Form("project_into", PLANNING),)),
    "project_remove": Page(PLANNING, {"project": "reported"}, forms=(Form("project_leave", PLANNING),)),
    "project_restore": Page(PLANNING, {"project": "reported"}, forms=(Form("project_leave", PLANNING, 400),)),
    "project_details": Page(PLANNING, {"project": "reported"}),
    "project_detail": Page(
        PLANNING,
        {"project": "reported", "kind": "risk", "key": "new"},
        forms=(Form({"title": "น้ำท่วม", "likelihood": "2", "impact": "3"}, PLANNING),),
    ),
    "project_detail_remove": Page(
        PLANNING, {"project": "reported", "kind": "risk", "key": "risk_row"}, forms=(Form({"seen": ""}, PLANNING),)
    ),
    "project_document": Page(PROJECT, {"project": "reported", "document": "paper"}),
    "project_reports": Page(
        may("project.view"),
        forms=(
            Form(
                "lock",
                (
                    *may("project.view"),
                    *may("project.view", "ministry", "", 404),
                    *may("project.lock", "ministry"),
                ),
            ),
        ),
    ),
    "report_review": Page(
        may("project.approve"),
        forms=tuple(
            Form(
                f"review_{do}",
                (
                    *may("project.approve"),
                    *may("project.view", "ministry"),
                    *may("project.approve", "ministry", "", 422),
                ),
            )
            for do in ("approve", "return")
        ),
    ),
    "monitoring_settings": Page(
        (*PROJECT, *may("project.lock", "ministry")),
        forms=(
            Form("settings_preview", (*PROJECT, *may("project.lock", "ministry")), 200),
            Form("settings_save", (*PROJECT, *may("project.lock", "ministry"))),
        ),
    ),
    "report_sheet": Page(
        PROJECT,
        forms=(Form("report_sheet", (*PROJECT, *may("project.report", "ministry", "some")), 422),),
    ),
    "report_sheet_file": Page(PROJECT, {"period": "report_period", "form": "csv"}),
    "project_report": Page(
        PROJECT,
        {"project": "reported"},
        forms=(
            Form("report_save", REPORTING),
            Form("report_submit", REPORTING),
            Form("report_detach", REPORTING),
            Form({"do": "obstacle", "obstacle": "ฝน", "period": "2024-Q3"}, REPORTING),
            Form("report_approve", (*PROJECT, *may("project.approve", "ministry"))),
            Form("report_return", (*PROJECT, *may("project.approve", "ministry"))),
        ),
    ),
    "report_evidence": Page(PROJECT, {"project": "reported"}),
    "desk": Page(DESK),
    "desk_uses": Page(DESK, query="?name=money"),
    "desk_new": Page(DESK, forms=(Form("new_definition", DESK),)),
    "desk_check": Page(PUBLIC, then=405, forms=(Form("definition", DESK, 200),)),
    "desk_edit": Page(DESK, forms=(Form("definition", (*DESK, *may("definition.edit", "ministry"))),)),
    "desk_history": Page(DESK, forms=(Form("restore", (*DESK, *may("definition.edit", "ministry"))),)),
}
"""Every page of the site by the name of its address."""

CLOSED_SEEN = may("data.read_internal", "ministry", "some", 404)
MORE: tuple[tuple[str, Page], ...] = (
    ("dataset", Page(CLOSED_SEEN, {"dataset": "toy-score"})),
    ("dataset_publishers", Page((Nobody(),), {"dataset": "toy-score"})),
    ("dataset_as_of", Page((Nobody(),), {"dataset": "toy-score"})),
    ("submission", Page(SEE, {"submission": "submitted"}, forms=(
        Form("approve", REVIEW), Form("return", REVIEW),
    ))),
    ("submission", Page(SEE, {"submission": "approved"}, forms=(
        Form("release", (*SEE, *may("data.publish", "ministry", "A"))), Form("return_approved", REVIEW),
    ))),
    ("submission", Page(SEE, {"submission": "released"}, forms=(
        Form("withdraw", (*SEE, *may("data.withdraw", "ministry", "A"))),
    ))),
    ("job", Page(LOG, {"job": "failed_job"}, forms=(
        Form({"do": "retry"}, (*LOG, *may("job.control", "ministry"))),
    ))),
)  # fmt: skip
"""The same pages about other objects."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API; ``body`` a key of the world's forms or JSON."""

    rules: tuple[Rule, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | str | None = None
    then: int = 200


def on(submission: str, body: str, rules: tuple[Rule, ...]) -> Operation:
    return Operation(rules, {"id": submission}, body)


NO_FILE = "00000000-0000-0000-0000-000000000000"

OPERATIONS: dict[str, Operation] = {
    "index": Operation(PUBLIC),
    "listPlans": Operation(PUBLIC),
    "getPlan": Operation(PUBLIC),
    "getScorecard": Operation(PUBLIC),
    "getIndicator": Operation(PUBLIC),
    "explain": Operation(PUBLIC, {"?": "?area=A&year=2020"}),
    "listSeries": Operation(PUBLIC),
    "getSeries": Operation(PUBLIC),
    "listObservations": Operation(PUBLIC, {"?": "?series=money"}),
    "evaluate": Operation(PUBLIC, {"?": "?formula=money"}),
    "listReleases": Operation(PUBLIC),
    "listAreaSystems": Operation(PUBLIC),
    "getAreaSystem": Operation(PUBLIC),
    "getAreaShapes": Operation(PUBLIC, {"?": "?level=region"}),
    "listIndices": Operation(PUBLIC),
    "getIndex": Operation(PUBLIC, {"index": "none"}, then=404),  # the toy packs declare no index
    "getIndexScores": Operation(PUBLIC, {"index": "none"}, then=404),
    "getIndexSensitivity": Operation(PUBLIC, {"index": "none"}, then=404),
    "indexTable": Operation(PUBLIC, {"index": "none"}, then=404),
    "getIndexArea": Operation(PUBLIC, {"index": "none"}, then=404),
    "listCertificates": Operation(PUBLIC),
    "countCertificates": Operation(PUBLIC),
    "getCertificate": Operation(PUBLIC),
    "listCities": Operation(PUBLIC),
    "getCity": Operation(PUBLIC, OF_CITY),
    "listCityPeers": Operation(PUBLIC, OF_CITY),
    "listInventories": Operation(PUBLIC),
    "getInventory": Operation(INVENTORY, {"id": "inventory"}),
    "me": Operation(SIGNED_IN),
    "checkFormula": Operation(SIGNED_IN, {}, {"formula": "money"}),
    "submissions": Operation(SIGNED_IN),
    "submission": Operation(SEE, {"id": "draft"}),
    "submit": on("draft", "submit", CHANGE),
    "approve": on("submitted", "approve", REVIEW),
    "returnSubmission": on("submitted", "return", REVIEW),
    "release": on("approved", "release", (*SEE, *may("data.publish", "ministry", "A"))),
    "withdraw": on("released", "withdraw", (*SEE, *may("data.withdraw", "ministry", "A"))),
    "handIn": Operation(may("data.submit", "ministry", "some"), {"dataset": "toy-money"}, "file", 201),
    "reading": Operation(SEE, {"id": "draft"}),
    "listAssessments": Operation(SIGNED_IN),
    **{  # rights over files of cities: tests/apps/assessment
        name: Operation(SIGNED_IN, {"id": NO_FILE}, then=404)
        for name in ("getAssessment", "assessmentAnswers", "assessmentStanding")
    },
    "answerCriterion": Operation(SIGNED_IN, {"id": NO_FILE, "criterion": "c"}, {"value": 1}, 404),
    "assessmentEvidence": Operation(FILE, {"id": "city_file"}),
    "attachLink": Operation(
        FILLING, {"id": "city_file"}, {"criterion": "c-plan", "url": "https://town.example/plan"}, 201
    ),
    "attachFigure": Operation(FILLING, {"id": "city_file"}, {"criterion": "c-plan", "measure": "projects.count"}, 201),
    "attachProject": Operation(FILLING, {"id": "city_file"}, "attach_project", 201),
    "attachFile": Operation(FILLING, {"id": "city_file"}, "file", 201),
    "removeEvidence": Operation(FILLING, {"id": "city_file", "evidence": "city_evidence"}, {"reason": "-"}),
    "sendAssessment": Operation(SIGNED_IN, {"id": NO_FILE}, {"revision": 1}, 404),
    "assessmentMarks": Operation(SIGNED_IN, {"id": NO_FILE}, then=404),
    "assessmentAgreement": Operation(SIGNED_IN, {"id": NO_FILE}, then=404),
    "assessmentResult": Operation(SIGNED_IN, {"id": NO_FILE}, then=404),
    "markCriterion": Operation(SIGNED_IN, {"id": NO_FILE}, {"criterion": "c", "value": 1}, 404),
    "handInMarks": Operation(SIGNED_IN, {"id": NO_FILE}, {}, 404),
    "listProjects": Operation(PUBLIC),
    "projectPackage": Operation(PUBLIC),
    "projectTable": Operation(PUBLIC, {"form": "csv"}),
    "getProject": Operation(PROJECT, {"id": "reported"}),
    "projectReports": Operation(PROJECT, {"id": "reported"}),
    "writeReport": Operation(REPORTING, {"id": "reported"}, {"period": "2024-Q1", "percent": "5"}),
    "sendReport": Operation(REPORTING, {"id": "reported", "period": "draft_period"}, "send_report"),
    "programmeReleases": Operation(PROJECT, {"id": "programme"}),
}
"""Every operation of the OpenAPI document by its id."""

NEEDS_ACCOUNT = frozenset(
    {
        *("account_reauthenticate", "account_change_password", "account_set_password", "mfa_index"),
        *("mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
        *("mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn"),
        *("mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn"),
    }
)
"""Pages of the sign-in library that are only for people who have signed in."""

FOR_VISITORS = frozenset(
    {
        *("account_login", "account_logout", "account_inactive", "account_signup", "account_reset_password"),
        *("account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done"),
        *("mfa_authenticate", "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback"),
        *("socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup"),
    }
)
"""Its pages for whoever has not signed in yet. That nobody opens an account there is tested with sign-in."""

_TABLES = ("data.csv", "data.xlsx", "data.parquet", "data.json", "data.geojson", "areas.csv", "series.csv")
_FILES = (*_TABLES, "datapackage.json", "datapackage.zip")
DOORS: dict[str, tuple[str, str]] = {
    "api/3/action/<str:name>": ("/api/3/action/package_list", "/api/3/action/package_show?id=toy-score"),
    "api/action/<str:name>": ("/api/action/package_list", "/api/action/package_show?id=toy-score"),
    r"^sdmx/data/(?P<flow>[^/]+)(?:/(?P<key>[^/]+))?(?:/(?P<provider>[^/]+))?/?$": (
        "/sdmx/data/TOY_MONEY",
        "/sdmx/data/TOY_SCORE",
    ),
    r"^sdmx/(?P<kind>[^/]+)(?:/(?P<agency>[^/]+))?(?:/(?P<name>[^/]+))?(?:/(?P<version>[^/]+))?/?$": (
        "/sdmx/dataflow",
        "/sdmx/dataflow/all/TOY_SCORE",
    ),
    "ogc": ("/ogc", ""),
    "ogc/": ("/ogc/", ""),
    "ogc/api": ("/ogc/api", ""),
    "ogc/conformance": ("/ogc/conformance", ""),
    "ogc/collections": ("/ogc/collections", ""),
    "ogc/collections/<str:name>": ("", "/ogc/collections/score"),
    "ogc/collections/<str:name>/items": ("", "/ogc/collections/score/items"),
    "ogc/collections/<str:name>/items/<str:feature>": ("", "/ogc/collections/score/items/A"),
    "catalog": ("/catalog", ""),
    "dataset/<slug:dataset>": ("/dataset/toy-money", "/dataset/toy-score"),
    **{f"catalog.{form}": (f"/catalog.{form}", "") for form in ("ttl", "jsonld", "rdf")},
    **{
        f"dataset/<slug:dataset>.{form}": (f"/dataset/toy-money.{form}", f"/dataset/toy-score.{form}")
        for form in ("ttl", "jsonld", "rdf")
    },
    **{f"dataset/<slug:dataset>/{one}": (f"/dataset/toy-money/{one}", f"/dataset/toy-score/{one}") for one in _FILES},
    "api/v1/problems/<slug:code>": ("/api/v1/problems/fault", ""),
    "api/^.*$": ("", "/api/nothing"),
}
"""The open doors: an address for everybody, and one of closed data or of nothing, which is there for nobody."""
