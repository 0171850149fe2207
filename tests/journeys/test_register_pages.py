"""Every page of the project register: axe finds nothing, no page is wider than the window, none is overlong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from mudmai.web import urls_project_editing, urls_projects, urls_reports
from tests.journeys.conftest import DESK, PATIENCE, PHONE, pressed
from tests.journeys.test_axe import NEEDS_AXE, violations
from tests.journeys.walking import PASSWORD, Office, serving
from tests.web.page_list import FILES, OFFICER, VISITOR

HIGHEST = 9_000
"""Pixels of the longest page of this small register on a phone."""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HIGH = "document.documentElement.scrollHeight"
VIEWS = {"thai-desk": ("", DESK), "english-phone": ("/en", PHONE)}
FORMS = ("new_programme", "project_new", "project_remove", "project_detail?contract/new", "project_report")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with serving(tmp_path_factory.mktemp("register") / "home", "tests.journeys.register") as running:
        yield running


@pytest.fixture
def enter(browser: Any, office: Office) -> Iterator[Callable[..., Any]]:
    """A page of a visitor, or of somebody who signed in. A refused form may answer 400, which a browser logs."""
    contexts = []

    def entered(role: str = "", **settings: Any) -> Any:
        contexts.append(browser.new_context(**{"viewport": PHONE, "base_url": office.address, **settings}))
        contexts[-1].set_default_timeout(PATIENCE)
        page = contexts[-1].new_page()
        if role:
            page.goto("/account/login/")
            page.fill("#id_login", office.people[role])
            page.fill("#id_password", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/account/")
        return page

    yield entered
    for context in contexts:
        context.close()


def address(asked: str, ids: dict[str, str], prefix: str, draft: str = "") -> str:
    """The address of a page by its name; what follows ``?`` is a question, or a detail's kind."""
    name, _, question = asked.partition("?")
    given = {one: ids[draft + one] for one in ("programme", "project") if draft + one in ids}
    jobs = {"programme_list_preview": "list_job", "programme_preview": "read_job", "programme_revised": "compare_job"}
    job = ids[draft + ("faulty_job" if question == "faulty" else jobs.get(name, "read_job"))]
    kind, _, new = (question or "milestone").partition("/")
    detail = {"project": given["project"], "kind": kind, "key": new or ids.get(draft + kind, "")}
    match name:
        case "project_detail" | "project_detail_remove":
            return prefix + reverse(f"th:{name}", kwargs=detail)
        case "job":
            return prefix + reverse("th:job", kwargs={"job": job})
    path = next(str(one.pattern) for one in PATTERNS if one.name == name) if name != "jobs" else ""
    wanted = {**given, "job": job}
    there = reverse(f"th:{name}", kwargs={key: wanted[key] for key in wanted if f":{key}>" in path})
    return prefix + there + (f"?{quote(question, safe='=&')}" if "=" in question else "")


PATTERNS = (*urls_projects.urlpatterns, *urls_project_editing.urlpatterns, *urls_reports.urlpatterns)


def test_every_address_of_the_register_is_looked_at() -> None:
    listed = {one.partition("?")[0] for one in (*VISITOR, *OFFICER)}
    assert {one.name for one in PATTERNS} - set(FILES) - listed == set()


def faults_of(page: Any, *, axe: bool = True) -> list[str]:
    wide, high = page.evaluate(WIDE), page.evaluate(HIGH)
    told = [f"{wide} pixels wider than the window"] if wide > 0 else []
    return told + ([f"{high} pixels high"] if high > HIGHEST else []) + (violations(page) if axe else [])


@NEEDS_AXE
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("role", "draft", "names"), [("", "", VISITOR), ("publisher", "draft_", OFFICER)])
def test_pages_of_the_register(
    enter: Callable[..., Any], office: Office, view: str, role: str, draft: str, names: tuple[str, ...]
) -> None:
    prefix, viewport = VIEWS[view]
    page = enter(role, viewport=viewport)
    axe = viewport is PHONE or not role  # the markup is the same at every width: once is enough for the many
    found: dict[str, Any] = {}
    for name in names:
        answer = page.goto(address(name, office.people, prefix, draft))
        if answer.status not in (200, 400) or (faults := faults_of(page, axe=axe)):
            found[name] = answer.status if answer.status not in (200, 400) else faults
    assert found == {}


@NEEDS_AXE
@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_refused(enter: Callable[..., Any], office: Office, name: str) -> None:
    """What is wrong stands on top, has the focus, and leads to the fields that it is about."""
    page = enter("officer")
    page.goto(address(name, office.people, "", "draft_"))
    page.evaluate("document.querySelectorAll('main form').forEach(form => form.noValidate = true)")
    pressed(page, "main form[method=post] button.btn-primary")
    assert faults_of(page) == []
    summary = page.locator("main [role=alert], main .error-summary").first
    assert summary.is_visible()
    for link in summary.locator("a[href^='#']").all():
        assert page.locator(f"[id='{(link.get_attribute('href') or '#')[1:]}']").count() == 1
