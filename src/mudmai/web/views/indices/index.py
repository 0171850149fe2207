"""One index: what it is and is not, scores with rank intervals, movable weights, how much of the ranking is noise."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from mudmai.core.composites import IndexGroup, IndexIndicator
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.web.charts.rank_dots import RankDot, rank_dot, rank_ticks
from mudmai.web.freshness import fresh
from mudmai.web.pages import reader, render_page, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.indices.asked import POINTS, kept, read_index, read_points
from mudmai.web.views.indices.downloads import FORMS
from mudmai.web.views.scorecard import held_state
from mudmai.web.wording import wording
from mudmai.workspace.index_noise import index_noise
from mudmai.workspace.index_results import AreaScore, IndexView
from mudmai.workspace.index_weights import families


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One area of the plot and the table behind it."""

    row: AreaScore
    dot: RankDot
    rank: str
    href: str


@dataclass(frozen=True, slots=True)
class WeightField:
    """One item whose weight can be moved: ``points`` as the form shows them, 0-100, or as they were typed."""

    item: IndexGroup | IndexIndicator
    name: str
    points: str
    declared: str
    share: str
    fault: Text | None


@dataclass(frozen=True, slots=True)
class WeightFrame:
    """A group whose weights can be moved; ``fault`` is one of all its weights together."""

    group: IndexGroup
    fields: list[WeightField]
    fault: Text | None


@dataclass(frozen=True, slots=True)
class RefusedWeight:
    """A line of the summary: ``anchor`` of the field or frame, "" where the index has none; ``title`` is its words."""

    anchor: str
    title: Text | None
    words: Text


def index(request: HttpRequest, index: str, language: str) -> HttpResponse:
    """The page of one index. Weights that cannot be used are told beside their fields; its own scores stand then."""
    try:
        return _asked(request, index=index, language=language)
    except InputError as fault:
        if fault.code != "index_weights":
            raise
    return _page(request, read_index(request, index, own=True), language, refused=True)


@fresh
def _asked(request: HttpRequest, index: str, language: str) -> HttpResponse:
    return _page(request, read_index(request, index), language)


def _page(request: HttpRequest, view: IndexView, language: str, *, refused: bool = False) -> HttpResponse:
    here = reader(request)
    moved = () if refused else (POINTS,)
    frames = _frames(request, view, here, refused=refused)
    swapped = request.headers.get("HX-Request")  # a script takes its part of the page whatever that tells
    noise = index_noise(workspace_of(request), view)
    return render_page(
        request,
        "indices/index.html",
        400 if refused and not swapped else 200,
        current="areas",
        view=view,
        index=view.index,
        declared=view.offered.declared,
        lines=_lines(request, view, here, moved),
        ticks=rank_ticks(len(view.scored)),
        frames=frames,
        refused=_refused(request, frames) if refused else [],
        noise=noise,
        changes=[(one, _share(one.shift, here)) for one in noise.changes],
        method=_method(view, here),
        made_of=[(one, view.effective[one.indicator.id]) for one in view.figures.used],
        file_forms=FORMS,
        kept_by_years=kept(request, *moved, "release", "packs"),
        kept_by_weights=kept(request, "year", "release", "packs"),
        downloads=urlencode(kept(request, *moved, "year", "release", "packs")),
        permalink=request.build_absolute_uri(("/en" if language == "en" else "") + view.permalink),
        **held_state(request, view.release, view.offered.pack.state),
    )


def index_declared(request: HttpRequest, view: IndexView) -> IndexView:
    """The same index with its own weights, for what the form says is declared."""
    if view.own_weights:
        return view
    from mudmai.workspace.indices import compute_index  # beside its only use

    return compute_index(
        workspace_of(request),
        view.index.id,
        year=view.year_ce,
        release=view.release,
        packs=view.offered.pack.state,
    )


def rank_words(row: AreaScore, ranked: int, here: Preferences) -> Text:
    """``12-19 จาก 77``: an interval, or one rank where draws agree or none were made."""
    if row.rank is None:
        return Text("–", "–")
    everyone = here.number(ranked if row.span is None else row.span.out_of, 0)
    if row.span is None or row.span.low == row.span.high:
        only = here.number(row.rank if row.span is None else row.span.low, 0)
        return wording("index_scores.rank_exact", low=only, all=everyone)
    low, high = here.number(row.span.low, 0), here.number(row.span.high, 0)
    return wording("index_scores.rank_between", low=low, high=high, all=everyone)


def _short_rank(row: AreaScore, here: Preferences) -> str:
    """``12-19``, for a column whose head says of how many."""
    if row.rank is None:
        return "–"
    if row.span is None or row.span.low == row.span.high:
        return here.number(row.rank if row.span is None else row.span.low, 0)
    low, high = here.number(row.span.low, 0), here.number(row.span.high, 0)
    return here.say(wording("index_scores.rank_span", low=low, high=high))


def _lines(request: HttpRequest, view: IndexView, here: Preferences, moved: tuple[str, ...]) -> list[ScoreLine]:
    ranked = len(view.scored)
    asked = urlencode(kept(request, *moved, "year", "release", "packs"))
    tail = f"?{asked}" if asked else ""
    return [
        ScoreLine(row, rank_dot(row, ranked), _short_rank(row, here), f"{row.area.code}/{tail}") for row in view.rows
    ]


def _frames(request: HttpRequest, view: IndexView, here: Preferences, *, refused: bool) -> list[WeightFrame]:
    """Each group whose weights can be moved, the whole index first; ``refused``: with what was typed and its faults."""
    declared = index_declared(request, view)
    points, faults = read_points(request.GET) if refused else ({}, {})

    def line(child: IndexGroup | IndexIndicator) -> WeightField:
        name = POINTS + child.id
        shown = f"{100 * view.weights[child.id]:.4g}"
        fault = faults.get(name)
        return WeightField(
            child,
            name,
            request.GET.get(name, shown) if refused else shown,
            here.number(100 * declared.weights[child.id], 0),
            here.number(100 * view.weights[child.id], 0),
            None if fault is None else _joined(fault),
        )

    def nothing(children: tuple[str, ...]) -> Text | None:
        typed = any(one in points for one in children)
        zero = typed and not any(points.get(one, view.weights[one]) for one in children)
        return wording("index_weights.all_zero") if zero and not faults else None

    return [
        WeightFrame(group, [line(child) for child in group.children], nothing(children))
        for group, children in families(view.index)
    ]


def _refused(request: HttpRequest, frames: list[WeightFrame]) -> list[RefusedWeight]:
    """The summary: what cannot be used, each with the way to its field."""
    fields = {one.name: one for frame in frames for one in frame.fields}
    _, faults = read_points(request.GET)
    found = [
        RefusedWeight(
            name if name in fields else "", fields[name].item.title if name in fields else None, _joined(fault)
        )
        for name, fault in faults.items()
    ]
    found += [RefusedWeight(f"w-{one.group.id}", one.group.title, one.fault) for one in frames if one.fault is not None]
    return found


def _joined(fault: InputError) -> Text:
    return Text(f"{fault.message.th} {fault.remedy.th}", f"{fault.message.en}: {fault.remedy.en}")


def _share(shift: float, here: Preferences) -> str:
    """A weight that moves, in per cent with the decimals that it needs."""
    return "< " + here.number(0.01, 2) + "%" if shift < 0.0001 else here.number(100 * shift, 2) + "%"


def _method(view: IndexView, here: Preferences) -> Text:
    index = view.offered.index
    made = wording(
        "index_parts.method",
        normalisation=index.normalisation.words,
        weighting=index.weighting.words,
        aggregation=index.aggregation.words,
        missing=index.missing.words,
        floor=here.number(100 * index.coverage_floor, 0),
    )
    if index.floor is None:
        return made
    lifted = wording("index_parts.lifted", floor=here.number(index.floor, len(f"{index.floor:g}".partition(".")[2])))
    return Text(f"{made.th} · {lifted.th}", f"{made.en} · {lifted.en}")
