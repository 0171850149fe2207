"""Evidence: what is taken, what counts, what is frozen, what figures say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from mudmai.apps.assessment.domain.evidence import (
    attach_figure,
    attach_file,
    attach_link,
    attach_project,
    remove_evidence,
)
from mudmai.apps.assessment.domain.evidence_rows import counted_evidence, current_evidence, evidence_changed_at
from mudmai.apps.assessment.domain.files import return_file, submit_file
from mudmai.apps.assessment.domain.live_figures import figure_now, read_figure
from mudmai.apps.assessment.models import City, CityFile, FileState
from mudmai.apps.assessment.policy import area_of
from mudmai.apps.programme.domain.programmes import release_programme
from mudmai.apps.programme.domain.projects import create_programme, create_project
from mudmai.apps.registry.areas import AreaRef
from mudmai.apps.registry.models import AuditEntry, Role
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.days import write_day
from mudmai.core.errors import InputError
from mudmai.workspace.publishing import publish_tables
from mudmai.workspace.raw_files import RawFile, raw_files
from tests.apps.assessment.assessment_world import DAY, A, AssessmentWorld, link
from tests.apps.data.data_world import tidy
from tests.apps.registry.small_world import holding

PDF = b"%PDF-1.7\n%plan"


def kept(world: AssessmentWorld, data: bytes = PDF, name: str = "แผน.pdf") -> RawFile:
    return raw_files(world.workspace).keep_bytes(data, name=name)


def figure(world: AssessmentWorld, file: CityFile, criterion: str = "c-money", **asked):
    return attach_figure(acting_user=world.filler, file=file, criterion=criterion, today=DAY, **asked)


def test_files_are_taken_by_their_bytes(world: AssessmentWorld, settings: Settings) -> None:
    held = world.file()

    def attach(raw: RawFile):
        return attach_file(acting_user=world.filler, file=held, criterion="c-plan", raw=raw, today=DAY)

    made = attach(kept(world))
    assert (made.raw_name, made.title, made.added_by) == ("แผน.pdf", "แผน.pdf", world.filler)
    assert attach(kept(world)).pk == made.pk  # the same bytes are the same piece
    for data, name in (
        (b"<html><script>", "plan.csv"),
        (b"MZ\x90", "plan.pdf"),
        (b"<svg onload=", "plan.png"),
        (b"PK\x03\x04", "plan.zip"),
    ):
        with pytest.raises(InputError) as refused:
            attach(kept(world, data, name))
        assert refused.value.code == "evidence"
    with pytest.raises(InputError) as video:
        attach(kept(world, bytes(4) + b"ftypmp42" + bytes(20), "พิธีเปิด.mp4"))
    assert "link" in video.value.remedy.en
    settings.MUDMAI_EVIDENCE_BYTES = 5
    with pytest.raises(InputError) as large:
        attach(kept(world, PDF + b"!", "b.pdf"))
    assert large.value.code == "file_too_large" and "link" in large.value.remedy.en
    entry = AuditEntry.objects.filter(action="file.attach").get()
    assert entry.new["sha256"] == made.raw_sha


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://a.example/x", "https://", "https://u:p@a.example/", "https://a.example/ b"],
)
def test_links_are_http_or_https(world: AssessmentWorld, url: str) -> None:
    with pytest.raises(InputError) as refused:
        attach_link(acting_user=world.filler, file=world.file(), criterion="c-plan", url=url, today=DAY)
    assert refused.value.code == "evidence" and refused.value.where.field == "url"


def test_a_live_figure_is_frozen_with_all_that_it_takes_to_find_it_again(world: AssessmentWorld) -> None:
    held = world.file()
    made = figure(world, held)
    told = made.figure
    assert (told["value"], told["period"], told["unit"], told["area"]) == (70.0, "2019", "baht", "A1")
    assert told["release"] == world.workspace.release().id and told["of_city"] is True and told["reaches"] == 1
    assert "release=" in told["link"] or told["link"].startswith("/r/")
    assert told["sources_en"] and counted_evidence(held)["c-money"] == 1
    assert not figure_now(made).differs
    publish_tables(world.workspace, {"toyplan/more": tidy([("A1", "2020", 120.0)])}, mode="update", note="more")
    now = figure_now(made)
    assert now.differs and now.figure["value"] == 120.0 and now.figure["reaches"] == 2
    made.refresh_from_db()
    assert made.figure["value"] == 70.0


@pytest.mark.parametrize("written", ["2019", "2562", "๒๕๖๒", "พ.ศ. ๒๕๖๒"])
def test_the_period_of_a_live_figure_is_read_as_people_write_it(world: AssessmentWorld, written: str) -> None:
    told = read_figure(world.workspace, city=world.city, formula="money", period=written)
    assert (told["value"], told["period"], told["asked_period"]) == (70.0, "2019", "2019")


@pytest.mark.parametrize("written", ["ปีก่อน", "2019-Q1"])
def test_a_period_that_is_none_of_the_figure_is_refused(world: AssessmentWorld, written: str) -> None:
    with pytest.raises(InputError) as refused:
        read_figure(world.workspace, city=world.city, formula="money", period=written)
    assert refused.value.code == "period" and written in str(refused.value.message.en)


def test_what_is_missing_or_of_a_wider_area_says_so_and_counts_for_nothing(world: AssessmentWorld) -> None:
    held = world.file()
    missing = figure(world, held, period="2018")
    assert missing.figure["value"] is None and missing.figure["why_en"] == "there are no data"
    wider = figure(world, held, formula="money", area=A)
    assert wider.figure["value"] == 126.0 and wider.figure["of_city"] is False
    assert "Alpha and not of the city" in wider.figure["note_en"] and wider.figure["reaches"] is None
    assert counted_evidence(held)["c-money"] == 0 and len(current_evidence(held)) == 2
    with pytest.raises(InputError) as elsewhere:
        figure(world, held, formula="money", area=type(A)("land", "B"))
    assert elsewhere.value.code == "figure"
    City.objects.filter(pk=world.city.pk).update(is_whole_area=False)
    part = read_figure(
        world.workspace, city=City.objects.get(pk=world.city.pk), live=world.criteria.by_id["c-money"].live
    )
    assert (part["value"], part["of_city"], part["reaches"]) == (70.0, False, None)


def test_measures_of_the_project_register(world: AssessmentWorld) -> None:
    held = world.file()
    empty = figure(world, held, measure="projects.completed_share")
    assert empty.figure["value"] is None and "no released project" in empty.figure["why_en"]
    programme = create_programme(
        acting_user=world.filler, organisation=world.town, title_th="แผน", first_year=2026, last_year=2028
    )
    budget = [{"fiscal_year": 2026, "stage": "planned", "amount": "250.00", "source_of_fund": ""}]
    for title, status in (("หนึ่ง", "completed"), ("สอง", "identification")):
        create_project(
            acting_user=world.filler,
            programme=programme,
            facts={"title": title, "status": status, "budget": budget},
        )
    assert figure(world, held, measure="projects.count").figure["value"] == 0.0
    release_programme(acting_user=holding(Role.PUBLISHER, world.town, name="publisher"), programme=programme)
    values = {
        name: read_figure(world.workspace, city=world.city, measure=f"projects.{name}")["value"]
        for name in ("count", "planned", "completed_share", "disbursed")
    }
    assert values == {"count": 2.0, "planned": 500.0, "completed_share": 50.0, "disbursed": None}
    assert read_figure(world.workspace, city=world.city, measure="projects.count/toyplan/P")["value"] == 0.0
    told = read_figure(world.workspace, city=world.city, measure="projects.count", area=area_of(world.city))
    assert told["period_en"] == write_day(timezone.localdate()).en, "of today, and says so"
    for field, asked in (("period", {"period": "2568"}), ("figure", {"area": AreaRef("land", "LAND")})):
        with pytest.raises(InputError) as other:
            read_figure(world.workspace, city=world.city, measure="projects.count", **asked)
        assert (other.value.code, other.value.where.field) == ("figure", field), "never left out in silence"


def test_a_project_is_evidence_where_the_markers_may_read_it(world: AssessmentWorld) -> None:
    held = world.file()
    editor = holding(Role.CONTRIBUTOR, world.agency, name="editor")
    programme = create_programme(
        acting_user=editor, organisation=world.agency, title_th="แผน", first_year=2026, last_year=2028
    )
    project = create_project(acting_user=editor, programme=programme, facts={"title": "ทาง"})

    def attach():
        return attach_project(acting_user=world.filler, file=held, criterion="c-waste", project=project, today=DAY)

    with pytest.raises(InputError) as hidden:
        attach()
    assert hidden.value.code == "evidence"
    release_programme(acting_user=holding(Role.PUBLISHER, world.agency, name="publisher"), programme=programme)
    project.refresh_from_db()
    assert attach().figure["title"] == "ทาง"


def test_a_draft_project_counts_once_its_programme_is_released(world: AssessmentWorld) -> None:
    held = world.file()
    programme = create_programme(
        acting_user=world.filler, organisation=world.town, title_th="แผน", first_year=2026, last_year=2028
    )
    project = create_project(acting_user=world.filler, programme=programme, facts={"title": "ทาง"})
    world.answer(held, {"c-plan": 2, "c-open": 1, "c-money": 1, "c-waste": 2})
    link(world, held, "c-money")
    attach_project(acting_user=world.filler, file=held, criterion="c-plan", project=project, today=DAY)
    assert counted_evidence(held)["c-plan"] == 0 and len(current_evidence(held)) == 2
    with pytest.raises(InputError) as lacking:
        submit_file(acting_user=world.sender, file=held, today=DAY)
    assert [one.code for one in lacking.value.problems] == ["evidence_missing"]
    assert "programmes that are not released" in lacking.value.problems[0].remedy.en
    publisher = holding(Role.PUBLISHER, world.town, name="publisher")
    release_programme(acting_user=publisher, programme=programme)
    assert counted_evidence(held)["c-plan"] == 1
    assert submit_file(acting_user=world.sender, file=held, today=DAY).state == FileState.SUBMITTED


def test_evidence_is_frozen_once_sent_but_for_the_reply_and_a_return(world: AssessmentWorld) -> None:
    sent = world.submitted()
    piece = sent.evidence.get(criterion="c-plan")
    with pytest.raises(InputError) as frozen:
        link(world, sent, "c-plan", url="https://town.example/new")
    assert frozen.value.code == "file_state"
    with pytest.raises(InputError):
        remove_evidence(acting_user=world.filler, evidence=piece, reason="ผิดไฟล์", today=DAY)
    CityFile.objects.filter(pk=sent.pk).update(state=FileState.REPLY, reply_due=DAY)
    newer = link(world, sent, "c-plan", url="https://town.example/new", replaces=piece)
    assert newer.replaces == piece and piece in sent.evidence.all()
    assert [one.pk for one in current_evidence(sent) if one.criterion == "c-plan"] == [newer.pk]
    assert evidence_changed_at(sent)["c-plan"] == newer.added_at
    with pytest.raises(InputError) as twice:
        link(world, sent, "c-plan", url="https://town.example/other", replaces=piece)
    assert twice.value.code == "evidence"
    with pytest.raises(InputError) as late:
        link(world, sent, "c-plan", url="https://town.example/late", today=DAY + timedelta(days=1))
    assert late.value.code == "evidence"
    CityFile.objects.filter(pk=sent.pk).update(state=FileState.SUBMITTED)
    back = return_file(acting_user=world.runner, file=sent, reason="ขาด")
    today = timezone.localdate()
    with pytest.raises(InputError) as why:
        remove_evidence(acting_user=world.filler, evidence=newer, today=today)
    assert why.value.code == "reason_needed"
    gone = remove_evidence(acting_user=world.filler, evidence=newer, reason="ผิดไฟล์", today=today)
    assert (gone.removed_by, gone.removed_why) == (world.filler, "ผิดไฟล์") and gone.removed_at is not None
    assert back.evidence.count() == 3
    assert AuditEntry.objects.filter(action="file.detach").get().reason == "ผิดไฟล์"


def test_readers_attach_nothing(world: AssessmentWorld) -> None:
    held = world.file()
    with pytest.raises(NotAllowed):
        attach_link(acting_user=world.reader, file=held, criterion="c-plan", url="https://a.example/", today=DAY)
