"""A city on one page: who it is, what it holds until when, where it stands among its peers, what blocks more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mudmai.apps.assessment.domain.city_profiles import Decided, History, ScoreLine, terrain_asked
from mudmai.apps.assessment.domain.profiles import CityProfile, city_profile
from mudmai.apps.assessment.domain.register_reading import Standing, claimed_of, level_title, standing_on, text_of
from mudmai.apps.assessment.domain.tried_weights import tried_line
from mudmai.apps.assessment.models import Certificate, City
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.peers import Body, Feature, Peer, Terms, spread_of, usual_terms
from mudmai.http.sharing import open_file
from mudmai.web.charts.peer_dots import HistoryLine, PeerDots, history_line, peer_dots
from mudmai.web.pages import language_of, reader, render_page, workspace_of
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_assessment import written_share
from mudmai.web.views.profiles.asked import RATIOS, SHARES, Chooser, chooser_of
from mudmai.web.views.profiles.place_map import place_map
from mudmai.web.views.profiles.weights import WeightForm, fault_status, tried_weights, weight_form
from mudmai.web.wording import wording
from mudmai.workspace.city_profiles import AreaFigure, AreaIndex

SHARE = (0.0, 1.0)
FIRST = 8
"""Peers that are seen at once; the others are opened."""


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of the city as the page shows it."""

    certificate: Certificate
    scheme: Text
    level: Text
    standing: Standing
    claimed: tuple[Text, ...]
    years: int

    @property
    def is_in_force(self) -> bool:
        """It holds today."""
        return self.standing is Standing.IN_FORCE


@dataclass(frozen=True, slots=True)
class PeerRow:
    """A peer in the table, and what it holds."""

    peer: Peer
    city: City
    held: Certificate | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a dot plot with the figures behind it, already written. ``behind``: name and figure of each peer."""

    title: Text
    own: str
    note: Text
    middle: str
    dots: PeerDots | None
    behind: tuple[tuple[Text, str], ...]
    missing: int
    ahead: Text | None = None


@dataclass(frozen=True)
class Shown:
    """The decided scores of a scheme, as lines. ``form`` moves the weights of its parts; ``tried`` is the whole score
    by those of the reader, the second of the lines."""

    decided: Decided
    lines: tuple[Line, ...]
    form: WeightForm | None
    tried: Line | None

    @property
    def is_alone(self) -> bool:
        """No peer has a score to be set beside any of the lines."""
        return stand_alone(self.lines)


@require_safe
@never_cache
def profile(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The page; ``?by=chosen`` with the fields of the form chooses peers otherwise than is usual."""
    today, fault = timezone.localdate(), None
    terrain = terrain_asked()
    chosen: list[Chooser] = []

    def choose(body: Body) -> Terms:
        chosen.append(chooser_of(request.GET, body, tuple(terrain)))
        return chosen[-1].terms

    try:
        seen = city_profile(code, today, choose)
    except InputError as refused:
        if refused.code != "peer_terms":
            raise
        fault = refused
        seen = city_profile(code, today)
        terms = usual_terms(seen.body)
        chosen.append(Chooser(terms, True, "", "", ""))
    here = reader(request)
    decided = [_shown(request, seen, one, here) for one in seen.decided]
    is_faulty = fault is not None or any(one.form is not None and one.form.is_faulty for one in decided)
    emission = emission_line(seen, here)
    rows = [PeerRow(one, seen.cities[one.body.id], seen.held.get(one.body.id)) for one in _nearest(seen)]
    return render_page(
        request,
        "profiles/profile.html",
        fault_status(request) if is_faulty else 200,
        current="register",
        fault=fault,
        today=today,
        seen=seen,
        city=seen.city,
        held=[held_of(one, today) for one in seen.certificates],
        chooser=chosen[-1],
        terrain=[(name, title, name in chosen[-1].terms.terrain) for name, title in terrain.items()],
        ratios=RATIOS,
        shares=[(one, here.number(100 * float(one), 0)) for one in SHARES],
        by_what=_by_what(seen),
        blocked=seen.peers.failed.get(Feature.LEGAL_TYPE, 0),
        near=rows[:FIRST],
        others=rows[FIRST:],
        silent=_named(seen.peers.silent),
        left_out=len(seen.peers.peers) - len(seen.shown),
        decided=decided,
        kept_weights=tried_weights(request.GET),
        emission=emission,
        emission_lines=[emission],
        emission_alone=emission is not None and stand_alone([emission]),
        plotted=any(not one.is_alone for one in decided) or (emission is not None and not stand_alone([emission])),
        inventory=seen.emissions[code].inventory if emission else None,
        histories=[(one, drawn_history(one)) for one in seen.histories if any(p.scores for p in one.points)],
        indices=[(one, (index_line(seen, one, here), *figure_lines(seen, one, here))) for one in _indices(seen)],
        map=place_map(workspace_of(request), seen, here),
        compare=",".join([code, *seen.shown[:3]]),
    )


@open_file
@require_safe
@never_cache
def profile_pdf(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The same on one A4 page; ``?digits=thai`` or ``arabic`` over what the reader usually has."""
    from mudmai.web.views.profiles.paper import profile_paper  # typesetting loads where it is asked for

    body = profile_paper(request, city_profile(code, timezone.localdate()))
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Language"] = language_of(request)
    response.headers["Content-Disposition"] = f'inline; filename="{code}.pdf"'
    return response


def held_of(one: Certificate, today: date) -> Held:
    """A certificate with what is said of it."""
    scheme = text_of(one.facts.get("scheme"), one.scheme)
    end = min(today, one.ended_on or today, one.expires_on or today)
    years = max(0, end.year - one.granted_on.year)
    return Held(one, scheme, level_title(one), standing_on(one, today), tuple(claimed_of(one)), years)


def stand_alone(lines: Sequence[Line]) -> bool:
    """Nothing of a peer is known that these lines could be compared with."""
    return all(not one.middle and len(one.behind) == one.missing for one in lines)


def score_lines(seen: CityProfile, decided: Decided, here: Preferences) -> tuple[Line, ...]:
    """Scores of the decision, each on the scale from nothing to all."""
    return tuple(_score_line(seen, one, here, Text("", "")) for one in decided.lines)


def _score_line(seen: CityProfile, one: ScoreLine, here: Preferences, note: Text) -> Line:
    own = share_words(one.low, one.high, here)
    middle = (
        f"{share_words(one.spread.low, None, here)} – {share_words(one.spread.high, None, here)}" if one.spread else ""
    )
    behind = tuple((seen.cities[code].name, share_words(one.others.get(code), None, here)) for code in seen.shown)
    dots = peer_dots(one.low, one.others.values(), one.spread, own_to=one.high, scale=SHARE)
    missing = len(seen.shown) - len(one.others)
    ahead = _ahead(one.low, list(one.others.values()), here)
    return Line(one.title, own, note, middle, dots, behind, missing, ahead)


def _shown(request: HttpRequest, seen: CityProfile, decided: Decided, here: Preferences) -> Shown:
    lines = score_lines(seen, decided, here)
    form = weight_form(request, [decided])
    if form is None or form.weights is None:
        return Shown(decided, lines, form, None)
    line = tried_line(decided, form.weights)
    tried = _score_line(seen, line, here, wording("tried.no_score" if line.low is None else "tried.yours"))
    return Shown(decided, (lines[0], tried, *lines[1:]), form, tried)


def emission_line(seen: CityProfile, here: Preferences) -> Line | None:
    """Tonnes a head from released inventories; None where the city has released none."""
    mine = seen.emissions.get(seen.city.code)
    if mine is None:
        return None
    others = {code: seen.emissions[code].per_head for code in seen.shown if code in seen.emissions}
    known = {code: one for code, one in others.items() if one is not None}
    spread = spread_of(list(known.values()))
    own = here.number(mine.per_head, 2)
    note = wording("profile.inventory_year", year=here.year(mine.inventory.year))
    if not mine.is_complete:
        incomplete = wording("profile.inventory_open")
        note = Text(f"{note.th} {incomplete.th}", f"{note.en}, {incomplete.en}")
    middle = f"{here.number(spread.low, 2)} – {here.number(spread.high, 2)}" if spread else ""
    behind = tuple((seen.cities[code].name, here.number(known.get(code), 2)) for code in seen.shown)
    dots = peer_dots(mine.per_head, known.values(), spread)
    return Line(wording("profile.per_head"), own, note, middle, dots, behind, len(seen.shown) - len(known))


def index_line(seen: CityProfile, one: AreaIndex, here: Preferences) -> Line:
    """The score of the area in an index, with the ranks that it takes when choices of method vary."""
    row, spread = one.row, one.spread
    if row.score is None:
        note = row.reason or Text("", "")
    elif row.span is not None:
        note = wording(
            "profile.rank_between",
            low=here.number(row.span.low, 0),
            high=here.number(row.span.high, 0),
            all=here.number(row.span.out_of, 0),
        )
    else:
        note = Text("", "")
    middle = f"{here.number(spread.low, 1)} – {here.number(spread.high, 1)}" if spread else ""
    dots = peer_dots(row.score, one.scores.values(), spread)
    behind = _behind(seen, one.scores, here, 1)
    return Line(one.offered.index.title, here.number(row.score, 1), note, middle, dots, behind, _gaps(one.scores))


def figure_lines(seen: CityProfile, one: AreaIndex, here: Preferences) -> tuple[Line, ...]:
    """The figures that the index is made of."""
    return tuple(_figure(seen, figure, here) for figure in one.figures)


def _figure(seen: CityProfile, one: AreaFigure, here: Preferences) -> Line:
    decimals = one.unit.decimals
    spread = one.spread
    label = one.unit.label
    when = Text(here.period(one.period), here.period(one.period))
    note = Text(f"{label.th} {when.th}".strip(), f"{label.en}, {when.en}".strip(", "))
    middle = f"{here.number(spread.low, decimals)} – {here.number(spread.high, decimals)}" if spread else ""
    dots = peer_dots(one.value, one.others.values(), spread)
    behind = _behind(seen, one.others, here, decimals)
    return Line(one.title, here.number(one.value, decimals), note, middle, dots, behind, _gaps(one.others))


def _behind(
    seen: CityProfile, values: Mapping[str, float | None], here: Preferences, decimals: int
) -> tuple[tuple[Text, str], ...]:
    names = seen.area.names if seen.area else {}
    return tuple((names[code], here.number(value, decimals)) for code, value in values.items())


def _gaps(values: Mapping[str, float | None]) -> int:
    return sum(one is None for one in values.values())


def _ahead(own: float | None, others: list[float], here: Preferences) -> Text | None:
    if own is None or not others:
        return None
    lower = sum(one < own for one in others)
    return wording("profile.ahead_of", n=here.number(lower, 0), all=here.number(len(others), 0))


def share_words(low: float | None, high: float | None, here: Preferences) -> str:
    """``72.5%``, or ``72.5–80.0%`` where answers were open; an en dash for no score."""
    if low is None:
        return "–"
    if high is None or high - low < 1e-9:
        return f"{written_share(here, low)}%"
    return f"{written_share(here, low)}–{written_share(here, high)}%"


def drawn_history(one: History) -> HistoryLine | None:
    """The whole score over the certificates that have one."""
    known = [
        (p.certificate.granted_on, p.scores["overall"][0], p.why is None) for p in one.points if "overall" in p.scores
    ]
    return history_line([(day, share, fits) for day, share, fits in known if share is not None])


def _by_what(seen: CityProfile) -> Text:
    """The features that peers are compared by, in words: those asked for that are known of the city."""
    return _named([one for one in seen.peers.terms.features if one not in seen.peers.silent])


def _named(features: Sequence[Feature]) -> Text:
    titles = [one.words for one in features]
    return Text(" · ".join(one.th for one in titles), ", ".join(one.en.lower() for one in titles))


def _nearest(seen: CityProfile) -> tuple[Peer, ...]:
    return seen.peers.peers[: len(seen.shown)]


def _indices(seen: CityProfile) -> tuple[AreaIndex, ...]:
    return seen.area.indices if seen.area else ()
