"""Who publishes a dataset: assigned at the top; and two publishers of one fact side by side, for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache

from mudmai.apps.data.domain import submissions as domain
from mudmai.apps.data.policy import top_organisation
from mudmai.apps.data.site import dataset_named
from mudmai.apps.registry.domain.organisations import organisation_named
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import decide, organisations_allowing
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.web.pages import address, language_of, render_page, workspace_of
from mudmai.web.views.people.access import person_of, signed_in, tell
from mudmai.workspace.publishers import PairedFact, Publisher, paired_facts, publishers_record
from mudmai.workspace.row_diff import area_words, series_words, source_words

SHOWN = 100


@signed_in
def holders(request: HttpRequest, language: str, dataset: str) -> HttpResponse:
    """Who holds the dataset, with how many approvals; forms for those who assign it and choose the official one."""
    person = person_of(request)
    declared = dataset_named(dataset)
    held = domain.holders_of(dataset)
    assign = decide(person, "dataset.assign", organisation=top_organisation())
    choose = decide(person, "dataset.choose_official", organisation=top_organisation())
    mine = set(organisations_allowing(person, "data.read_internal").values_list("pk", flat=True))
    if not (assign or choose or any(h.organisation_id in mine for h in held)):
        raise UnknownNameError(Text("ชุดข้อมูลที่ดูแล", "dataset that you hold"), dataset)
    fault: InputError | None = None
    if request.method == "POST":
        try:
            _act_on_holders(request, person, dataset)
        except InputError as refused:
            if refused.code == "not_allowed":
                raise
            fault = refused
        else:
            return HttpResponseRedirect(address(language_of(request), "dataset_holders", dataset=dataset))
    return render_page(
        request,
        "submissions/holders.html",
        409 if fault else 200,
        part="submissions",
        dataset=declared,
        holders=domain.holders_of(dataset),
        may_assign=bool(assign),
        may_choose=bool(choose),
        organisations=Organisation.objects.order_by("code") if assign else (),
        series=[(one, series_words(workspace_of(request).catalogue, one)) for one in declared.series],
        fault=fault,
    )


def _act_on_holders(request: HttpRequest, person: Person, dataset: str) -> None:
    given = request.POST
    where = organisation_named(given.get("organisation", ""))
    match given.get("do", ""):
        case "assign":
            levels = given.get("levels", "1")
            domain.assign_dataset(
                acting_user=person,
                dataset=dataset,
                organisation=where,
                levels=int(levels) if levels.isascii() and levels.isdigit() and len(levels) < 4 else 0,
                own_approval=given.get("own_approval") == "on",
            )
            tell(request, "holders.assigned")
        case "end":
            domain.end_assignment(
                acting_user=person, dataset=dataset, organisation=where, reason=given.get("reason", "")
            )
            tell(request, "holders.ended")
        case "choose":
            domain.choose_official(
                acting_user=person,
                dataset=dataset,
                series=given.get("series", ""),
                organisation=where,
                reason=given.get("reason", ""),
            )
            tell(request, "holders.chosen")
        case _:
            raise Http404


@dataclass(frozen=True, slots=True)
class Pair:
    """One fact with its words."""

    fact: PairedFact
    series: Text
    area: Text
    when: Period
    served_source: Text
    other_source: Text


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of one publisher that stand back, beside those that are served."""

    publisher: Publisher
    pairs: list[Pair]
    count: int


@never_cache
def publishers(request: HttpRequest, language: str, dataset: str) -> HttpResponse:
    """Two publishers of one fact: both figures, the difference, the official choice and its reason. For everybody."""
    workspace = workspace_of(request)
    declared = {one.id: one for pack in workspace.packs.values() for one in pack.datasets}
    found = declared.get(dataset)
    if found is None or not found.is_open:
        raise UnknownNameError(Text("ชุดข้อมูล", "dataset"), dataset, [d.id for d in declared.values() if d.is_open])
    record = publishers_record(workspace, dataset)
    catalogue = workspace.catalogue
    told: list[Any] = []
    for one in record.publishers:
        facts, count = paired_facts(workspace, record, one, count=SHOWN)
        pairs = [
            Pair(
                f,
                series_words(catalogue, f.series),
                area_words(catalogue, f.area_system, f.area),
                Period.from_iso(f.period),
                source_words(catalogue, f.served_source),
                source_words(catalogue, f.other_source),
            )
            for f in facts
        ]
        if count:
            told.append(Comparison(one, pairs, count))
    return render_page(
        request,
        "submissions/publishers.html",
        current="datasets",
        dataset=found,
        record=record,
        comparisons=told,
        choices=[(c, series_words(catalogue, c.series) if c.series else None) for c in reversed(record.choices)],
        shown=SHOWN,
    )
