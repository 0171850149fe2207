"""Peers: those that a body may fairly be set beside, by features that are chosen openly, each with its reason.

A feature compares two bodies only where it is known of both. Known of one alone never fits: what is not known is not
taken to be equal. Known of neither it says nothing, and the reason says that too. Two bodies are peers when at least
one feature that is asked for fits and none fails, so that being a peer is mutual under the same terms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mudmai.core.errors import InputError
from mudmai.core.language import Text, same

FEWEST = 4
"""With fewer values no range is shown: a quartile of three is no range."""
LARGEST_RATIO = 100.0


class Feature(StrEnum):
    """By what two bodies are compared."""

    LEGAL_TYPE = "legal_type"
    POPULATION = "population"
    BUDGET = "budget"
    TERRAIN = "terrain"
    REGION = "region"
    MARKS = "marks"

    @property
    def words(self) -> Text:
        """What it is called."""
        return _TITLES[self]


_TITLES = {
    Feature.LEGAL_TYPE: Text("ประเภทหน่วยงาน", "Legal type"),
    Feature.POPULATION: Text("จำนวนประชากร", "Population"),
    Feature.BUDGET: Text("งบประมาณ", "Budget"),
    Feature.TERRAIN: Text("ลักษณะพื้นที่", "Terrain"),
    Feature.REGION: Text("ภูมิภาค", "Region"),
    Feature.MARKS: Text("ด้านที่ได้รับการรับรอง", "What it is certified for"),
}


@dataclass(frozen=True)
class Body:
    """A city or an area. ``""``, None and absent keys are not known; ``marks`` is what it is certified for."""

    id: str
    name: Text
    legal_type: str = ""
    population: float | None = None
    budget: float | None = None
    terrain: Mapping[str, bool] = field(default_factory=dict)
    region: str = ""
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PeerWords:
    """What ids of bodies are called; an id without words is written as it is. ``noun``: what the bodies are."""

    legal_types: Mapping[str, Text] = field(default_factory=dict)
    terrain: Mapping[str, Text] = field(default_factory=dict)
    regions: Mapping[str, Text] = field(default_factory=dict)
    noun: Text = field(default_factory=lambda: Text("เมือง", "city"))
    nouns: Text = field(default_factory=lambda: Text("เมือง", "cities"))


@dataclass(frozen=True, slots=True)
class Terms:
    """What peers must have in common. ``population`` and ``budget``: at most so many times larger or smaller (from 1),
    None: any. ``terrain``: facts that must be the same. ``marks``: least share of what either is certified for that
    both are (0..1), None: any."""

    legal_type: bool = True
    population: float | None = None
    budget: float | None = None
    terrain: tuple[str, ...] = ()
    region: bool = False
    marks: float | None = None

    def __post_init__(self) -> None:
        for name in ("population", "budget"):
            ratio = getattr(self, name)
            if ratio is not None and not 1 <= ratio <= LARGEST_RATIO:
                raise _bad(f"{ratio:g}", f"1–{LARGEST_RATIO:g}")
        if self.marks is not None and not 0 < self.marks <= 1:
            raise _bad(f"{self.marks:g}", "0.01–1")

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features that are asked for."""
        asked = {
            Feature.LEGAL_TYPE: self.legal_type,
            Feature.POPULATION: self.population is not None,
            Feature.BUDGET: self.budget is not None,
            Feature.TERRAIN: bool(self.terrain),
            Feature.REGION: self.region,
            Feature.MARKS: self.marks is not None,
        }
        return tuple(one for one, wanted in asked.items() if wanted)


@dataclass(frozen=True, slots=True)
class Trait:
    """One feature of a pair. ``fits`` None: known of neither. ``distance``: 0 equal, 1 just within the terms."""

    feature: Feature
    fits: bool | None
    text: Text
    distance: float = 0.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer and why it is one."""

    body: Body
    traits: tuple[Trait, ...]

    @property
    def distance(self) -> float:
        """How far it is, over all features that compare."""
        return sum(one.distance for one in self.traits)

    @property
    def reason(self) -> Text:
        """Why, in words; what is not known of either is told after what fits."""
        silent = [one.text for one in self.traits if one.fits is None]
        return _joined([one.text for one in self.traits if one.fits] + silent)

    @property
    def fitting(self) -> Text:
        """Why, without what is not known of either."""
        return _joined([one.text for one in self.traits if one.fits])


def _joined(told: Sequence[Text]) -> Text:
    return Text(" · ".join(one.th for one in told), "; ".join(one.en for one in told))


@dataclass(frozen=True)
class Peers:
    """``peers`` nearest first. ``failed``: feature → how many it ruled out (each counted once, by the first that
    failed). ``silent``: features asked for that are not known of the body itself. ``told``: what the reader must know:
    there are too few, or none and why."""

    body: Body
    terms: Terms
    peers: tuple[Peer, ...]
    failed: Mapping[Feature, int]
    silent: tuple[Feature, ...]
    told: Text | None

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the peers, nearest first."""
        return tuple(one.body.id for one in self.peers)


def find_peers(body: Body, others: Iterable[Body], terms: Terms, words: PeerWords | None = None) -> Peers:
    """The peers of ``body`` among ``others`` (itself, known by its id, is left out)."""
    said = words or PeerWords()
    found: list[Peer] = []
    failed: dict[Feature, int] = {}
    for other in others:
        if other.id == body.id:
            continue
        traits = compare(body, other, terms, said)
        against = next((one for one in traits if one.fits is False), None)
        if against is not None:
            failed[against.feature] = failed.get(against.feature, 0) + 1
        elif any(one.fits for one in traits):
            found.append(Peer(other, traits))
    found.sort(key=lambda one: (one.distance, not _same_region(body, one.body), one.body.id))
    silent = tuple(one for one in terms.features if not _known(body, one, terms))
    return Peers(body, terms, tuple(found), failed, silent, _told(len(found), terms, silent, said))


def compare(body: Body, other: Body, terms: Terms, words: PeerWords) -> tuple[Trait, ...]:
    """Each feature that is asked for; terrain gives one trait for each fact."""
    found: list[Trait] = []
    for feature in terms.features:
        match feature:
            case Feature.LEGAL_TYPE:
                told = words.legal_types.get(body.legal_type, same(body.legal_type))
                text = Text(f"{told.th}เหมือนกัน", f"both: {told.en}")
                found.append(_equal(feature, body.legal_type, other.legal_type, text, feature.words, words))
            case Feature.POPULATION:
                persons = Text("คน", "people")
                found.append(_near(feature, body.population, other.population, terms.population or 1, persons, words))
            case Feature.BUDGET:
                baht = Text("บาท", "baht")
                found.append(_near(feature, body.budget, other.budget, terms.budget or 1, baht, words))
            case Feature.TERRAIN:
                found += [_terrain(name, body, other, words) for name in terms.terrain]
            case Feature.REGION:
                told = words.regions.get(body.region, same(body.region))
                text = Text(f"อยู่{told.th}เหมือนกัน", f"both in {told.en}")
                found.append(_equal(feature, body.region, other.region, text, feature.words, words))
            case Feature.MARKS:
                found.append(_marks(body, other, terms.marks or 1, words))
    return tuple(found)


def _terrain(name: str, body: Body, other: Body, words: PeerWords) -> Trait:
    title = words.terrain.get(name, same(name))
    mine, theirs = body.terrain.get(name), other.terrain.get(name)
    said = Text("ใช่", "yes") if mine else Text("ไม่ใช่", "no")
    text = Text(f"{title.th}: {said.th} ทั้งสอง{words.noun.th}", f"{title.en}: {said.en} for both")
    shown = tuple("" if one is None else str(one) for one in (mine, theirs))
    return _equal(Feature.TERRAIN, shown[0], shown[1], text, title, words)


def _equal(feature: Feature, mine: str, theirs: str, text: Text, title: Text, words: PeerWords) -> Trait:
    if not mine and not theirs:
        return _neither(feature, title, words)
    fits = bool(mine) and mine == theirs
    return Trait(feature, fits, text if fits else title)


def _near(
    feature: Feature, mine: float | None, theirs: float | None, most: float, unit: Text, words: PeerWords
) -> Trait:
    if mine is None and theirs is None:
        return _neither(feature, feature.words, words)
    if mine is None or theirs is None or mine <= 0 or theirs <= 0:
        return Trait(feature, False, feature.words)
    far = abs(math.log(theirs) - math.log(mine))
    fits = far <= math.log(most) + 1e-12
    title = feature.words
    text = Text(
        f"{title.th} {theirs:,.0f} {unit.th} เทียบกับ {mine:,.0f} {unit.th}",
        f"{title.en.lower()} {theirs:,.0f} {unit.en} beside {mine:,.0f}",
    )
    return Trait(feature, fits, text, far / math.log(most) if most > 1 else 0.0)


def _marks(body: Body, other: Body, least: float, words: PeerWords) -> Trait:
    if not body.marks and not other.marks:
        return _neither(Feature.MARKS, Feature.MARKS.words, words)
    both, either = len(body.marks & other.marks), len(body.marks | other.marks)
    share = both / either
    text = Text(
        f"ได้รับการรับรองด้านเดียวกัน {both} จาก {either} ด้าน",
        f"certified for {both} of {either} same parts",
    )
    return Trait(Feature.MARKS, share >= least - 1e-12, text, 1 - share)


def _neither(feature: Feature, title: Text, words: PeerWords) -> Trait:
    return Trait(
        feature,
        None,
        Text(
            f"ไม่ทราบ{title.th}ของทั้งสอง{words.noun.th} จึงไม่ได้เทียบ",
            f"{title.en.lower()} is not known of either, and not compared",
        ),
    )


def _known(body: Body, feature: Feature, terms: Terms) -> bool:
    match feature:
        case Feature.TERRAIN:
            return all(name in body.terrain for name in terms.terrain)
        case Feature.MARKS:
            return bool(body.marks)
    return bool(getattr(body, feature.value))


def _same_region(one: Body, other: Body) -> bool:
    return bool(one.region) and one.region == other.region


def _told(count: int, terms: Terms, silent: tuple[Feature, ...], words: PeerWords) -> Text | None:
    noun = words.noun
    if not terms.features:
        return Text(
            f"ยังไม่ได้เลือกว่าจะเทียบด้วยอะไร จึงไม่มี{noun.th}เทียบเคียง",
            "nothing is chosen to compare by, so there are no peers",
        )
    if count == 0:
        lacks = ", ".join(one.words.th for one in silent), ", ".join(one.words.en.lower() for one in silent)
        if silent:
            return Text(
                f"ไม่มี{noun.th}เทียบเคียง เพราะไม่ทราบ{lacks[0]}ของ{noun.th}นี้ หรือไม่มี{noun.th}ใดเข้าเงื่อนไข",
                f"no peers: {lacks[1]} of this {noun.en} is not known, or none fits what is asked",
            )
        return Text(f"ไม่มี{noun.th}ใดเข้าเงื่อนไขที่เลือก", f"no {noun.en} fits what is asked")
    if count < FEWEST:
        return Text(
            f"มี{noun.th}เทียบเคียงเพียง {count} {noun.th} จึงไม่แสดงช่วง",
            f"only {count} {noun.en if count == 1 else words.nouns.en} to compare with, so no range is shown",
        )
    return None


def usual_terms(body: Body) -> Terms:
    """What to compare by when nobody chose: its legal type always; then how many live there where that is known, else
    what it is certified for, else its region."""
    if body.population is not None:
        return Terms(population=2.0)
    if body.marks:
        return Terms(marks=0.5)
    return Terms(region=bool(body.region))


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle half of what peers have: quartiles by linear interpolation, and how many values there were."""

    low: float
    median: float
    high: float
    count: int


def spread_of(values: Sequence[float | None]) -> Spread | None:
    """The spread of the values that are known; None where they are fewer than :data:`FEWEST`.

    >>> spread_of([1, 2, 3, 4, 5, None])
    Spread(low=2.0, median=3.0, high=4.0, count=5)
    """
    known = sorted(one for one in values if one is not None)
    if len(known) < FEWEST:
        return None
    return Spread(_quantile(known, 0.25), _quantile(known, 0.5), _quantile(known, 0.75), len(known))


def _quantile(known: Sequence[float], at: float) -> float:
    place = at * (len(known) - 1)
    below = math.floor(place)
    above = min(below + 1, len(known) - 1)
    return float(known[below] + (known[above] - known[below]) * (place - below))


def mixed_legal_types(bodies: Iterable[Body], words: PeerWords | None = None) -> Text | None:
    """Why these may not be set side by side: their legal types differ, or are known of some only; None where they
    agree or where none is known."""
    held = list(bodies)
    kinds = sorted({one.legal_type for one in held})
    if len(kinds) < 2:
        return None
    said = words or PeerWords()
    named = [
        said.legal_types.get(kind, same(kind)) if kind else Text("ไม่ทราบประเภท", "type not known") for kind in kinds
    ]
    th, en = ", ".join(one.th for one in named), ", ".join(one.en for one in named)
    return Text(
        f"หน่วยงานต่างประเภทกัน ({th}) มีอำนาจและงบประมาณต่างกัน การเทียบจึงอาจไม่เป็นธรรม",
        f"bodies of different legal types ({en}) have different powers and budgets: the comparison may be unfair",
    )


def _bad(value: str, allowed: str) -> InputError:
    return InputError(
        Text(f"เงื่อนไขเทียบเคียง {value} ใช้ไม่ได้", f"{value} cannot be used to choose peers"),
        remedy=Text(f"ใช้ค่าในช่วง {allowed}", f"use a value from {allowed}"),
        code="peer_terms",
    )
