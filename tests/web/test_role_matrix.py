"""Every address of the site and every operation of the API, by every role: allowed or refused as declared, with why."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from mudmai.api.v1 import api
from mudmai.apps.assessment.domain.calls import create_call, publish_call
from mudmai.apps.assessment.domain.evidence import attach_file
from mudmai.apps.assessment.domain.files import open_file
from mudmai.apps.assessment.domain.inventories import create_inventory
from mudmai.apps.assessment.domain.roadmap import plan_action
from mudmai.apps.assessment.models import Call as CallRow
from mudmai.apps.assessment.models import Certificate, City, InventoryEntry, RegisterHolder
from mudmai.apps.connections.domain.connections import create_connection
from mudmai.apps.connections.models import Fetch
from mudmai.apps.data.domain import submissions as do
from mudmai.apps.data.domain.definitions import save_definition
from mudmai.apps.data.models import Submission
from mudmai.apps.jobs.domain.jobs import enqueue
from mudmai.apps.jobs.models import Job, JobState
from mudmai.apps.obligations.domain.obligations import set_obligation
from mudmai.apps.programme.domain.jobs_lists import begin_list_reading
from mudmai.apps.programme.domain.jobs_loading import begin_reading
from mudmai.apps.programme.domain.jobs_revising import begin_comparing
from mudmai.apps.programme.domain.links import add_link
from mudmai.apps.programme.domain.projects import attach_document, create_programme, create_project, keep_detail
from mudmai.apps.programme.domain.reporting import attach_evidence, save_report, submit_report
from mudmai.apps.programme.domain.revised_books import last_sequence
from mudmai.apps.programme.models import PlanLink, Programme, Project
from mudmai.apps.registry.areas import EVERYWHERE
from mudmai.apps.registry.domain.email_change import ask_email_change
from mudmai.apps.registry.domain.invitations import invite_person
from mudmai.apps.registry.domain.tokens import issue_token
from mudmai.apps.registry.models import AuditEntry, Person, Role
from mudmai.apps.registry.policy import OPERATOR
from mudmai.core.periods import Frequency, Period
from mudmai.site import wiring
from mudmai.workspace import Workspace
from mudmai.workspace.checking import check_table, keep_report
from mudmai.workspace.overlay import Overlay
from mudmai.workspace.raw_files import RawFile, raw_files
from tests.apps.assessment.assessment_world import CRITERIA
from tests.apps.assessment.assessment_world import PACK as CRITERIA_PACK
from tests.apps.data.data_world import A, B, DataWorld, build_data_world, draft, tidy, write_packs
from tests.apps.registry.small_world import holding, somebody
from tests.web.matrix_marking import marking_objects
from tests.web.role_matrix import (
    ANONYMOUS,
    CALLERS,
    DOORS,
    FOR_VISITORS,
    LED_TO_SIGN_IN,
    MORE,
    NEEDS_ACCOUNT,
    OPERATIONS,
    PAGES,
    PEOPLE,
    TOKENS,
    Caller,
    Form,
    Operation,
    Page,
    Refusal,
    refusal,
)

ROWS = [("A", "2031", 100.0), ("A", "2032", 100_000.0), ("A", "2033", 1.0)]
FILE = b"area_system,area,period,series,value,flag,source,method\nland,A,2024,money,7,A,office,old\n"
FORMULA = {"id": "richer", "title_th": "เงินเพิ่ม", "title_en": "More money", "formula": "growth(money)"}


@dataclass
class Site:
    """The world, its people by the name of the caller, and the objects that addresses and forms are about."""

    world: DataWorld
    people: dict[str, Person]
    about: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def sent(self, form: str, caller: Caller) -> dict[str, Any]:
        """What a form sends that depends on the world."""
        state = {"submit": "draft", "discard": "draft", "approve": "submitted", "return": "submitted"}
        state |= {"release": "approved", "return_approved": "approved", "withdraw": "released"}
        if form in state:
            held = self.about[state[form]]
            return {"do": form.partition("_")[0], "revision": held.revision, "level": 1, "note": "", "reason": "เหตุผล"}
        match form:
            case "file":
                file = SimpleUploadedFile("money.csv", FILE)
                own = caller.organisation if caller.organisation != "top" else "ministry"
                return {"file": file, "organisation": own, "dataset": "toy-money"}
            case "inventory_file":
                return {"file": SimpleUploadedFile("a.csv", b"cell,activity,amount,unit\nI.1.1,gas,,kg\n")}
            case "definition" | "new_definition":
                self.made += form == "new_definition"
                version = Overlay(self.world.workspace).state().version
                given = {"do": "save", "started_from": version, "organisation": caller.organisation}
                return {**FORMULA, "id": f"made_{self.made}" if form == "new_definition" else "richer", **given}
            case "restore":
                version = Overlay(self.world.workspace).state().version
                return {"do": "restore", "version": self.about["version"], "started_from": version}
        found: dict[str, Any] = self.about[f"form:{form}"]
        return found

    def client(self, caller: Caller) -> Client:
        """A browser of the caller's own, signed in a moment ago."""
        if caller.name not in self.clients:
            client = self.clients[caller.name] = Client(raise_request_exception=False)
            if caller is not ANONYMOUS:
                client.force_login(self.people[caller.person])
                session = client.session
                session["account_authentication_methods"] = [
                    {"method": "password", "at": time.time(), "reauthenticated": True}
                ]
                session["account_authentication_methods_user"] = str(self.people[caller.person].pk)
                session.save()
        return self.clients[caller.name]

    def bearer(self, caller: Caller) -> dict[str, str]:
        """The header with the caller's token."""
        if caller is ANONYMOUS:
            return {}
        if caller.name not in self.secrets:
            person = self.people[caller.person]
            places = {"department": self.world.people.department, "other": self.world.other}
            self.secrets[caller.name] = issue_token(
                acting_user=person,
                person=person,
                name="matrix",
                read_only=caller.token == "read",
                organisation=places.get(caller.token),
            ).secret
        return {"Authorization": f"Bearer {self.secrets[caller.name]}"}


@pytest.fixture
def site(db: None, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Site:
    """One world for all requests of a test; what a request does to the database is taken back."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECRET_KEY = "a key for tests that is long enough to be one"
    settings.MUDMAI_HOME = tmp_path / "home"
    settings.MUDMAI_JOBS = "immediate"
    settings.MUDMAI_CONNECT_NETWORKS = ("127.0.0.0/8",)
    write_packs(tmp_path / "shipped")
    workspace = Workspace.open(tmp_path / "home", shipped=tmp_path / "shipped")
    workspace.init()
    monkeypatch.setattr(wiring, "_opened", workspace)
    return build_site(workspace)


def build_site(workspace: Workspace) -> Site:
    world = build_data_world(workspace)
    do.assign_dataset(acting_user=OPERATOR, dataset="toy-money", organisation=world.other)
    places = {"top": world.people.top, "ministry": world.ministry, "other": world.other}
    people = {}
    for one in PEOPLE:
        area = B if one.area else EVERYWHERE
        held = one.role and holding(one.role, places[one.organisation], area, name=f"m-{one.name}")
        people[one.name] = held or somebody(f"m-{one.name}")
    site = Site(world, people)
    _submissions(site)
    _rest(site)
    _reports(site)
    _inventories(site)
    _register(site)
    _city_files(site)
    site.about |= marking_objects(world.ministry, world.other)
    return site


def _submissions(site: Site) -> None:
    world = site.world
    sender = site.about["sender"] = holding(Role.CONTRIBUTOR, world.ministry, name="sender")
    for state in ("draft", "submitted", "approved", "released"):
        # each of another year, so that none of them supersedes another
        rows = [(area, str(int(year) + len(site.about)), value) for area, year, value in ROWS]
        held = draft(sender, world.ministry, rows, area=A)
        if state == "draft":
            report = check_table(world.workspace, "toy-money", tidy(rows), file="file.csv")
            held = do.note_reading(
                actor=None,
                submission=held,
                summary={"rows": 3, "kind": "tidy"},
                table_sha=held.table_sha,
                report_sha=keep_report(world.workspace, report).sha256,
                errors=0,
                warnings=report.warnings,
                accepted=0,
            )
            marks = [one.fingerprint for one in report.findings]
            site.about["form:accept"] = {"do": "accept", "finding": marks[:1], "reason": "ตรวจกับเอกสารแล้ว"}
            site.about["form:accept_nothing"] = {"do": "accept", "reason": "-"}
        if state != "draft":
            held = do.submit(acting_user=sender, submission=held)
        if state in ("approved", "released"):
            held = do.approve(acting_user=world.reviewer, submission=held, level=1)
        if state == "released":
            held = do.release(acting_user=world.publisher, submission=held)
        site.about[state] = Submission.objects.get(pk=held.pk)


def _rest(site: Site) -> None:
    world, about, sender = site.world, site.about, site.about["sender"]
    given = {"actor": sender, "organisation": world.ministry}
    about["job"] = enqueue("data.read", {"submission": str(about["draft"].pk)}, **given)
    about["failed_job"] = enqueue("data.read", {"submission": str(about["draft"].pk)}, **given)
    about["failed_job"].state = JobState.FAILED
    about["failed_job"].save()
    about["obligation"] = set_obligation(
        acting_user=OPERATOR,
        dataset="toy-money",
        organisation=world.ministry,
        frequency=Frequency.ANNUAL,
        first=Period.year(2022),
        due_after=90,
    )
    about["connection"] = create_connection(
        acting_user=world.publisher,
        organisation=world.ministry,
        dataset="toy-money",
        name="แหล่ง",
        kind="url",
        settings={"url": "http://127.0.0.1:9/a.csv"},
    )
    kept = raw_files(world.workspace).keep_bytes(FILE, name="a.csv")
    now = timezone.now()
    Fetch.objects.create(
        connection=about["connection"], started_at=now, finished_at=now, outcome="new", sha256=kept.sha256, name="a.csv"
    )
    about["sha256"] = kept.sha256
    invited = invite_person(
        acting_user=world.people.root, email="new@example.go.th", organisation=world.ministry, role=Role.READER
    )
    about["token"] = invited.token
    about["link"] = ask_email_change(acting_user=sender, person=sender, email="moved@example.go.th").link
    strange = issue_token(acting_user=sender, person=sender, name="sender's").token
    state = save_definition(
        acting_user=world.publisher, organisation=world.ministry, kind="formulas", started_from="", content={
            "id": "richer", "title": {"th": "เงินเพิ่ม", "en": "More money"}, "formula": "growth(money)",
        },
    )  # fmt: skip
    about["version"] = state.version
    address = {"name": "x", "url": "http://127.0.0.1:9/b.csv", "every": "0", "mode": "update", "dataset": "toy-money"}
    about |= {
        "form:organisation": {
            "code": "new", "name_th": "ใหม่", "name_en": "New", "kind": "ministry", "parent": "ministry",
        },
        "form:token_of_another": {"do": "revoke", "token": strange.pk},
        "form:withdraw_invitation": {"do": "withdraw", "invitation": invited.invitation.pk},
        "form:revoke": {"do": "revoke", "membership": sender.memberships.get().pk},
        "form:assign": {"do": "assign", "organisation": "department", "levels": "1"},
        "form:choose": {"do": "choose", "organisation": "other", "reason": "เหตุผล"},
        "form:connection": {**address, "organisation": "ministry"},
        "form:obligation": {
            "dataset": "toy-money", "organisation": "ministry", "area": "", "frequency": "F", "first": "ปีงบ 2566",
            "last": "", "due_after": "2", "due_unit": "month", "grace": "5", "remind_before": "14",
            "contact_role": "contributor",
        },
    }  # fmt: skip


def _compared(programme: Programme, project: Project, raw: RawFile) -> Job:
    """A workbook that was compared with the plan: it says nothing new."""
    row = begin_comparing(acting_user=OPERATOR, programme=programme, raw=raw)
    lists: dict[str, Any] = {key: [] for key in ("numbers", "unchanged", "changed", "new", "asked", "missing", "stays")}
    told = {
        "project": str(project.pk),
        "number": "",
        "title": project.title,
        "section": "",
        "planned": "0",
        "locator": "",
    }
    result = {**lists, "missing": [told], "base": last_sequence(programme), "nothing": False}
    Job.objects.filter(pk=row.pk).update(result=result, state=JobState.DONE)
    return row


def _reports(site: Site) -> None:
    """A project with a draft, its evidence, and a report that waits for approval."""
    world, sender = site.world, site.about["sender"]
    programme = create_programme(
        acting_user=OPERATOR, organisation=world.ministry, title_th="แผนพัฒนา", first_year=2024, last_year=2028
    )
    project = create_project(
        acting_user=OPERATOR, programme=programme, facts={"title": "ถนน"}, kind="original", decided_on=date(2023, 10, 1)
    )
    told = {"acting_user": sender, "project": project, "percent": Decimal(5), "disbursed": None}
    held = save_report(**told, period=Period.from_iso("2024-Q3"))
    kept = raw_files(world.workspace).keep_bytes(b"photo", name="site.jpg")
    link = PlanLink.objects.create(project=project, plan="toyplan", level="goal", clause="G", confidence="0.5")
    linked = add_link(acting_user=OPERATOR, project=project, plan="toyplan", clause="G1")
    site.about["evidence"] = attach_evidence(acting_user=sender, report=held, raw=kept)
    waiting = save_report(**told, period=Period.from_iso("2024-Q2"))
    waiting = submit_report(acting_user=sender, report=waiting)
    other = create_project(
        acting_user=OPERATOR,
        programme=programme,
        facts={"title": "คลอง"},
        kind="original",
        decided_on=date(2023, 10, 1),
    )
    risk = keep_detail(
        acting_user=sender, project=project, kind="risk", values={"title": "ฝน", "likelihood": 1, "impact": 1}
    )
    paper = attach_document(acting_user=sender, project=project, title="แผนผัง", raw=kept)
    decided = {"do": "confirm", "version": project.version, "decided_on": "1/10/2567", "reason": "เหตุผล"}
    written = {"period": "2024-Q3", "revision": held.revision, "percent": "6", "disbursed": ""}
    seen = {"period": "2024-Q2", "revision": waiting.revision, "reason": "เหตุผล"}
    site.about |= {
        "reported": project,
        "programme": programme,
        "read_job": begin_reading(acting_user=OPERATOR, programme=programme, raw=kept),
        "compare_job": _compared(programme, project, kept),
        "form:alike": {
            "do": "different",
            "first": project.pk,
            "second": other.pk,
            "first_version": project.version,
            "second_version": other.version,
        },
        "form:revised_book": {"kind": "changed", "decided_on": "1/10/2567", "reason": "เหตุผล"},
        "read_list_job": begin_list_reading(acting_user=OPERATOR, programme=programme, raw=kept),
        "form:programme": {
            "organisation": "ministry",
            "title_th": "แผนใหม่",
            "kind": "budget",
            "first_year": "2567",
            "last_year": "2567",
            "reporting": "none",
        },
        "form:places": {"version": project.version, "rule": "undivided", "area": ["A"], "weight": [""]},
        "risk_row": risk,
        "paper": paper,
        "form:project_facts": {"title": "ถนนใหม่", "version": project.version},
        "form:project_move": {**decided, "level": ["plan"], "words": ["แผนงานเคหะ"], "to": programme.pk},
        "form:project_into": {**decided, "into": other.pk, "into_version": other.version},
        "form:project_leave": decided,
        "form:link_decided": {"yes": f"{link.pk}.1"},
        "form:link_confirm": {"do": "confirm", "link": f"{link.pk}.1"},
        "form:link_refuse": {"do": "refuse", "link": f"{link.pk}.1"},
        "form:link_parts": {"do": "weights", "seen": f"{linked.pk}.1", f"part_{linked.pk}": "50"},
        "form:report_save": {"do": "save", **written},
        "form:report_submit": {"do": "submit", **written},
        "form:report_detach": {"do": "detach", **written, "evidence": site.about["evidence"].pk},
        "form:report_approve": {"do": "approve", **seen},
        "form:report_return": {"do": "return", **seen},
        "report_period": "2024-Q2",
        "draft_period": "2024-Q3",
        "form:send_report": {"revision": held.revision},
        "form:attach_project": {"criterion": "c-plan", "project": project.pk},
        **{
            f"form:review_{do}": {"do": do, "report": f"{waiting.pk}:{waiting.revision}", "reason": "เหตุผล"}
            for do in ("approve", "return")
        },
        **{
            f"form:settings_{do}": {
                "do": do,
                "reporting": "month",
                "first": "2024-07",
                "due_after": "5",
                "fiscal_start": "10",
                "revision": programme.revision,
            }
            for do in ("preview", "save")
        },
        "form:report_sheet": {"do": "look", "period": "2024-Q2"},
        "form:lock": {"do": "lock", "programme": programme.pk, "period": "2024-Q3"},
    }


def _register(site: Site) -> None:
    """A certificate of a register that the ministry keeps."""
    ministry = site.world.ministry
    city = City.objects.create(code="certified", name_th="เมือง", area_system="land", area_code="A")
    RegisterHolder.objects.create(scheme="toy", organisation=ministry)
    held = Certificate.objects.create(
        scheme="toy", number="toy-2026-0001", city=city, level="passed", granted_on=timezone.localdate()
    )
    day = timezone.localdate().isoformat()
    site.about |= {
        "number": held.number,
        "form:certificate_checked": {"finding": "ครบ", "on": day},
        "form:certificate_corrected": {
            "seen": held.revision, "granted_on": day, "level": "passed", "source": "ประกาศ", "reason": "ตรวจแล้ว",
        },
        "form:certificate_withdrawn": {"on": day, "reason": "ไม่ทำตามแผน"},
    }  # fmt: skip


def _inventories(site: Site) -> None:
    """A draft inventory of the ministry's city in A, with one entry."""
    city = City.objects.create(
        code="matrix-city", name_th="เมือง", organisation=site.world.ministry, area_system="land", area_code="A"
    )
    held = create_inventory(acting_user=OPERATOR, city=city, year=2023)
    row = InventoryEntry.objects.create(inventory=held, cell="I.1.1", activity="ก๊าซ")
    seen = {"revision": held.revision}
    site.about |= {
        "inventory": held,
        "inventory_row": row,
        "form:inventory_seen": seen,
        "form:inventory_begin": {"city": city.code, "year": "2565", "level": "BASIC", "gwp_set": "AR5"},
        "form:inventory_settings": {**seen, "level": "BASIC+", "gwp_set": "AR5"},
        "form:inventory_entry": {**seen, "cell": "I.2.1", "activity": "ก๊าซ"},
    }


def _city_files(site: Site) -> None:
    """An empty draft of the ministry's city in a call of its own, and a second call without any."""
    packs = site.world.workspace.home.packs / "toycriteria"
    packs.mkdir(parents=True)
    (packs / "pack.yaml").write_text(CRITERIA_PACK, "utf-8")
    (packs / "criteria.yaml").write_text(CRITERIA, "utf-8")
    today = timezone.localdate()
    given = {"criteria_id": "toy-smart-1", "title_th": "รอบ", "opens_on": today, "closes_on": today}
    one, other = (create_call(acting_user=OPERATOR, organisation=site.world.ministry, **given) for _ in range(2))
    for call in (one, other):
        publish_call(acting_user=OPERATOR, call=call)
    city = City.objects.get(code="matrix-city")
    held = open_file(acting_user=OPERATOR, call=one, city=city)
    kept = raw_files(site.world.workspace).keep_bytes(b"%PDF-1.7 plan", name="plan.pdf")
    item = plan_action(acting_user=OPERATOR, city=city, criterion="c-plan", title="ทำแผน")
    days = {"opens_on": "1/10/2569", "closes_on": "30/9/2570", "markers": "2", "reply_days": "15", "appeal_days": "30"}
    fields = {"name_th": "เมืองใหม่", "area": "A"}
    site.about |= {
        "call": other,
        "city_file": held,
        "city_evidence": attach_file(acting_user=OPERATOR, file=held, criterion="c-plan", raw=kept),
        "roadmap_row": item,
        "form:city_new": {**fields, "organisation": "ministry", "code": "new-city"},
        "form:city_change": {**fields, "revision": city.revision},
        "form:call_new": {**days, "organisation": "ministry", "criteria": "toy-smart-1", "title_th": "รอบใหม่"},
        "form:call_change": {
            **days, "revision": CallRow.objects.get(pk=other.pk).revision, "title_th": "รอบแก้",
            "opens_on": today.isoformat(), "closes_on": today.isoformat(),
        },
        "form:file_claim": {"do": "claim", "revision": held.revision, "part": ["environment"]},
        "form:file_submit": {"do": "submit", "revision": held.revision},
        "form:file_answers": {"v_c-plan": "1", "t_c-plan": "มี", "r_c-plan": "0", "s_c-plan": ""},
        "form:roadmap_new": {"criterion": "c-plan", "title": "ทำแผน"},
        "form:roadmap_done": {"do": "done", "revision": item.revision},
    }  # fmt: skip


VALUES = {
    "plan": "toyplan", "indicator": "P", "area": "A", "period": "2020", "dataset": "toy-money", "code": "ministry",
    "kind": "formulas", "item": "richer", "system": "land", "level": "region", "series": "money",
}  # fmt: skip


def filled(site: Site, pattern: str, about: dict[str, str] | Any) -> str:
    """The address of a pattern with the objects of the world."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        asked = about.get(name, name)
        if name == "release":
            return site.world.workspace.release().id
        if name == "pseudonym":
            return str(site.about["sender"].pseudonym)
        told = site.about.get(asked, VALUES.get(name, asked) if asked == name else asked)
        return quote(str(getattr(told, "pk", told)), safe="")

    return re.sub(r"<(?:\w+:)?(\w+)>|\{(?:\w+:)?(\w+)\}", value, pattern)


def walk(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str]]:
    """Namespace, name and pattern of every address."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield ":".join(spaces), one.name or "", prefix + str(one.pattern)
        else:
            yield from walk(one, prefix + str(one.pattern), spaces + ((one.namespace,) if one.namespace else ()))


ADDRESSES = tuple(walk(get_resolver()))
PATTERNS = {(space, name): pattern for space, name, pattern in ADDRESSES if space in ("th", "en")}


def asked(client: Client, method: str, address: str, data: Any = None, **more: Any) -> tuple[Any, str, int]:
    """The answer, its text, and how many rows of the log it wrote; everything in the database is taken back."""
    cache.clear()
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        before = AuditEntry.objects.count()
        answer = getattr(client, method)(address, data, **more)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        written = AuditEntry.objects.count() - before
        transaction.set_rollback(True)
    answer.close()
    client.cookies = cookies  # somebody who signed out is signed in again
    return answer, body.decode("utf-8", "replace"), written


def fault_of(answer: Any, text: str, written: int, wanted: Refusal | None, then: int, language: str) -> str:
    """What is wrong with a page's answer; empty when it is as declared."""
    status = answer.status_code
    led = status == 302 and "/account/login/" in answer.headers["Location"]
    if wanted is None:
        return "" if status == then and not led else f"{status} instead of {then}: {_gist(text)}"
    if written and wanted.status != 404:
        return "refused, but it wrote to the log"
    if wanted is LED_TO_SIGN_IN:
        return "" if led else f"{status} instead of being led to the sign-in page"
    if status != wanted.status:
        return f"{status} instead of {wanted.status}: {_gist(text)}"
    if wanted.reason is not None and wanted.reason.in_(language) not in unescape(text):
        return f"the reason is not told: {wanted.reason.in_(language)!r} in {_gist(text)}"
    return ""


def _gist(text: str) -> str:
    main = re.search(r"<main.*?</main>", text, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0] if main else text))[:160]


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages(site: Site, language: str) -> None:
    wrong = []
    for name, page in (*PAGES.items(), *MORE):
        address = "/" + filled(site, PATTERNS[language, name], page.about) + page.query
        wrong += [(address, *found) for found in _page_faults(site, address, page, language)]
    assert wrong == [], "\n" + "\n".join(map(str, wrong))


def _page_faults(site: Site, address: str, page: Page, language: str) -> Iterator[tuple[str, str, str]]:
    for caller in CALLERS:
        client = site.client(caller)
        if fault := fault_of(*asked(client, "get", address), refusal(caller, page.rules), page.then, language):
            yield caller.name, "GET", fault
        for form in page.forms:
            if fault := _form_fault(site, caller, address, form, language):
                yield caller.name, f"POST {form.data}", fault
        if not page.forms:
            answer, _, written = asked(client, "post", address, {"do": "nothing"})
            if written or answer.status_code >= 500:
                yield caller.name, "POST", f"{answer.status_code}, {written} rows of the log"


def _form_fault(site: Site, caller: Caller, address: str, form: Form, language: str) -> str:
    data = site.sent(form.data, caller) if isinstance(form.data, str) else dict(form.data)
    answer = asked(site.client(caller), "post", address, data)
    return fault_of(*answer, refusal(caller, form.rules), form.then, language)


def test_every_page_is_declared() -> None:
    for language in ("th", "en"):
        assert {name for space, name, _ in ADDRESSES if space == language} == set(PAGES)
    assert {space for space, _, _ in ADDRESSES} == {"th", "en", "", "api-v1"}


def test_every_other_address_is_declared() -> None:
    plain = [(name, pattern) for space, name, pattern in ADDRESSES if space == ""]
    assert {name for name, _ in plain if name} == NEEDS_ACCOUNT | FOR_VISITORS
    assert {pattern for name, pattern in plain if not name} == set(DOORS)


@pytest.mark.parametrize("language", ["th", "en"])
def test_pages_of_the_sign_in_library(site: Site, language: str) -> None:
    prefix = "" if language == "th" else "/en"
    wrong = []
    for space, name, pattern in ADDRESSES:
        if space or not name:
            continue
        address = f"{prefix}/" + re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]+>", "1", pattern).replace("^", "").replace("$", "")
        answer, text, written = asked(site.client(ANONYMOUS), "get", address)
        led = answer.status_code == 302 and "/account/login/" in answer.headers["Location"]
        if written or answer.status_code >= 500 or (name in NEEDS_ACCOUNT and not led):
            wrong.append((address, answer.status_code, _gist(text)))
    assert wrong == [], "\n" + "\n".join(map(str, wrong))


def test_doors_are_open_and_closed_data_are_behind_none(site: Site) -> None:
    wrong = []
    for open_one, closed in DOORS.values():
        for caller in (ANONYMOUS, Caller("reader"), Caller("administrator"), Caller("administrator-top")):
            for address, then in ((open_one, 200), (closed, 404)):
                answer, text, _ = asked(site.client(caller), "get", address) if address else (None, "", 0)
                if answer is not None and answer.status_code != then:
                    wrong.append((address, caller.name, answer.status_code, text[:120]))
    assert wrong == [], "\n" + "\n".join(map(str, wrong))


SCHEMA = api.get_openapi_schema(path_prefix="")
DECLARED = {
    told["operationId"]: (method, path) for path, doors in SCHEMA["paths"].items() for method, told in doors.items()
}


def test_every_operation_of_the_api_is_declared_and_every_address_in_the_document() -> None:
    assert set(DECLARED) == set(OPERATIONS)
    paths = {re.sub(r"[{<](?:\w+:)?(\w+)[}>]", r"{\1}", path) for _, path in DECLARED.values()}
    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern.removeprefix("api/v1"))
        for space, name, pattern in ADDRESSES
        if space == "api-v1" and name not in ("openapi-json", "openapi-view")
    }
    assert paths == served


def test_operations_of_the_api(site: Site) -> None:
    wrong = []
    for operation, told in OPERATIONS.items():
        method, pattern = DECLARED[operation]
        address = "/api/v1" + filled(site, pattern, told.about) + told.about.get("?", "")
        for caller in TOKENS:
            data, more = _body(site, caller, told)
            more["headers"] = site.bearer(caller)
            answer, text, written = asked(Client(raise_request_exception=False), method, address, data, **more)
            if fault := _problem(answer, text, written, refusal(caller, told.rules), told.then):
                wrong.append((operation, caller.name, fault))
    assert wrong == [], "\n" + "\n".join(map(str, wrong))


def _body(site: Site, caller: Caller, told: Operation) -> tuple[Any, dict[str, Any]]:
    if told.body is None:
        return None, {}
    if told.body == "file":
        return {**site.sent("file", caller), "organisation": "ministry", "criterion": "c-plan"}, {}
    data = site.sent(told.body, caller) if isinstance(told.body, str) else told.body
    return data, {"content_type": "application/json"}


def _problem(answer: Any, text: str, written: int, wanted: Refusal | None, then: int) -> str:
    status = answer.status_code
    if wanted is None:
        return "" if status == then else f"{status} instead of {then}: {text[:160]}"
    if written:
        return "refused, but it wrote to the log"
    if status != (401 if wanted is LED_TO_SIGN_IN else wanted.status):
        return f"{status}: {text[:160]}"
    if wanted.reason is None:
        return ""
    said = answer.json()
    if wanted.reason.en in said["detail"] and wanted.reason.th in said["detail_th"]:
        return ""
    return f"the reason is not told: {wanted.reason.en!r} in {said['detail']!r}"
