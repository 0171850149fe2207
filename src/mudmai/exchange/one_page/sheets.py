"""What stands on the pages. Words of the product are :class:`Text`; words of people are printed as they are.

Money is baht; None is not reported, which is never zero. An empty text or tuple is not known, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from mudmai.core.language import Text

Stage = Literal["planned", "ordinance", "allocated", "committed", "disbursed"]
Tone = Literal["good", "bad", "open"]
"""``good`` and ``bad`` are judged; ``open`` is not judged yet, or neither."""

_EMPTY = Text("", "")


@dataclass(frozen=True, slots=True)
class StageMoney:
    """What a stage of the money has come to, over all years."""

    stage: Stage
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody in a role: who decides, who carries out, who pays."""

    role: Text
    name: str


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator of what the project changed; values as written, empty when not known."""

    title: str
    baseline: str = ""
    target: str = ""
    actual: str = ""
    period: Text = field(default=_EMPTY)


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """A project on one page.

    ``address`` is that of its page, for the QR; ``status`` with its ``reason``; ``physical`` the percent of the work
    that is reported done; ``sharing`` how the money is shared among ``places``; ``as_of`` the day of the figures.
    """

    title: str
    owner: str
    printed_on: date
    number: str = ""
    programme: str = ""
    money: tuple[StageMoney, ...] = ()
    places: tuple[str, ...] = ()
    sharing: Text = field(default=_EMPTY)
    start: date | None = None
    end: date | None = None
    years: str = ""
    status: Text = field(default=_EMPTY)
    reason: Text = field(default=_EMPTY)
    tone: Tone = "open"
    physical: Decimal | None = None
    deciders: tuple[Named, ...] = ()
    objective: str = ""
    results: tuple[Result, ...] = ()
    sources: tuple[str | Text, ...] = ()
    address: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator of an area: value and period as shown, the verdict in words, and why."""

    title: Text
    value: Text
    period: Text
    verdict: Text
    sentence: Text = field(default=_EMPTY)
    tone: Tone = "open"


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in the list of an area."""

    title: str
    amount: Decimal | None
    status: Text = field(default=_EMPTY)
    tone: Tone = "open"


@dataclass(frozen=True, slots=True)
class AreaMoney:
    """Planned money of an area: of its own projects, its share of shared ones, and what is for the whole above it
    (told apart, not part of the sum)."""

    direct: Decimal
    shared: Decimal
    whole: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AreaSheet:
    """An area on one page. ``belongs`` are the areas above it; ``project_count`` counts all, ``projects`` are the
    first of them; both None or empty when no register is kept."""

    name: Text
    printed_on: date
    belongs: Text = field(default=_EMPTY)
    indicators: tuple[IndicatorLine, ...] = ()
    money: AreaMoney | None = None
    stages: tuple[StageMoney, ...] = ()
    project_count: int | None = None
    projects: tuple[ProjectLine, ...] = ()
    sources: tuple[str | Text, ...] = ()
    address: str = ""
    release: str = ""


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """A part of lines under a head."""

    head: Text
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """A certificate of a register. ``under``: whom it was given to and by; ``address``: its permanent page."""

    kind: Text
    title: Text
    under: tuple[Text, ...]
    standing: Text
    tone: Tone
    parts: tuple[WrittenPart, ...]
    sources: tuple[str | Text, ...]
    address: str
    printed_on: date


@dataclass(frozen=True, slots=True)
class DotLine:
    """A line of a dot plot. Places are 0..1 of its width; None: not known. ``own`` and ``middle`` as written."""

    title: Text
    own: str
    note: Text = field(default=_EMPTY)
    middle: str = ""
    at: float | None = None
    to: float | None = None
    others: tuple[float, ...] = ()
    low: float | None = None
    median: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ProfilePart:
    """A part of a profile: lines, then dot plots under ``heads`` (measure, own, middle half of the peers)."""

    head: Text
    lines: tuple[Text, ...] = ()
    dots: tuple[DotLine, ...] = ()
    heads: tuple[Text, Text, Text] = (_EMPTY, _EMPTY, _EMPTY)


@dataclass(frozen=True, slots=True)
class ProfileSheet:
    """A city beside its peers on one page. ``standing``: whether it is certified today, and until when."""

    kind: Text
    title: Text
    under: tuple[Text, ...]
    standing: Text
    tone: Tone
    parts: tuple[ProfilePart, ...]
    sources: tuple[str | Text, ...]
    address: str
    printed_on: date
    release: str = ""
