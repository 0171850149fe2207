"""One index: what it is and is not, scores with rank intervals, movable weights, how much of the ranking is noise."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from mudmai.core.composites import IndexGroup, IndexIndicator
from mudmai.core.language import Text
from mudmai.web.charts.rank_dots import RankDot, rank_dot, rank_ticks
from mudmai.web.freshness import fresh
from mudmai.web.pages import reader, render_page, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.indices.asked import POINTS, kept, read_index
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
    """One item whose weight can be moved: ``points`` as the form shows them, 0-100."""

    item: IndexGroup | IndexIndicator
    name: str
    points: str
    declared: str
    share: str


@fresh
def index(request: HttpRequest, index: str, language: str) -> HttpResponse:
    """The page of one index."""
    view = read_index(request, index)
    here = reader(request)
    noise = index_noise(workspace_of(request), view)
    return render_page(
        request,
        "indices/index.html",
        current="areas",
        view=view,
        index=view.index,
        declared=view.offered.declared,
        lines=_lines(request, view, here),
        ticks=rank_ticks(len(view.scored)),
        fields=_fields(view, here, index_declared(request, view)),
        noise=noise,
        changes=[(one, _share(one.shift, here)) for one in noise.changes],
        method=_method(view, here),
        made_of=[(one, view.effective[one.indicator.id]) for one in view.figures.used],
        file_forms=FORMS,
        kept_by_years=kept(request, POINTS, "release", "packs"),
        kept_by_weights=kept(request, "year", "release", "packs"),
        downloads=urlencode(kept(request, POINTS, "year", "release", "packs")),
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


def _lines(request: HttpRequest, view: IndexView, here: Preferences) -> list[ScoreLine]:
    ranked = len(view.scored)
    asked = urlencode(kept(request, POINTS, "year", "release", "packs"))
    tail = f"?{asked}" if asked else ""
    return [
        ScoreLine(row, rank_dot(row, ranked), _short_rank(row, here), f"{row.area.code}/{tail}") for row in view.rows
    ]


def _fields(view: IndexView, here: Preferences, declared: IndexView) -> list[tuple[IndexGroup, list[WeightField]]]:
    """Each group whose weights can be moved, the whole index first."""
    return [
        (
            group,
            [
                WeightField(
                    child,
                    POINTS + child.id,
                    f"{100 * view.weights[child.id]:.4g}",
                    here.number(100 * declared.weights[child.id], 0),
                    here.number(100 * view.weights[child.id], 0),
                )
                for child in group.children
            ],
        )
        for group, _ in families(view.index)
    ]


def _share(shift: float, here: Preferences) -> str:
    """A weight that moves, in per cent with the decimals that it needs."""
    return "< " + here.number(0.01, 2) + " %" if shift < 0.0001 else here.number(100 * shift, 2) + " %"


def _method(view: IndexView, here: Preferences) -> Text:
    index = view.offered.index
    return wording(
        "index_parts.method",
        normalisation=index.normalisation.words,
        weighting=index.weighting.words,
        aggregation=index.aggregation.words,
        missing=index.missing.words,
        floor=here.number(100 * index.coverage_floor, 0),
    )
