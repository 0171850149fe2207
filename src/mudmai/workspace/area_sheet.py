"""An area's indicators as one page to print: what :meth:`Workspace.area_view` says, in the words of its verdicts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mudmai.core.judgement_words import amount
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.verdicts import Verdict
from mudmai.exchange.one_page.sheets import AreaSheet, IndicatorLine, Tone
from mudmai.workspace.results import AreaIndicator, AreaView, ScoreRow

if TYPE_CHECKING:
    from mudmai.workspace.workspace import Workspace

_TONES: dict[Verdict, Tone] = {
    Verdict.MET: "good",
    Verdict.ON_TRACK: "good",
    Verdict.NOT_MET: "bad",
    Verdict.OFF_TRACK: "bad",
}


def area_sheet(
    workspace: Workspace,
    area: str,
    *,
    printed_on: date,
    address: str = "",
    year: int | Period | None = None,
    release: str | None = None,
) -> AreaSheet:
    """The page of ``area`` without projects and money; ``dataclasses.replace`` adds what the register knows.

    Raises as :meth:`Workspace.area_view`.
    """
    view = workspace.area_view(area, year=year, release=release)
    above = view.memberships[0].ancestors if view.memberships else ()
    return AreaSheet(
        name=view.name,
        printed_on=printed_on,
        belongs=Text(" · ".join(one.name.th for one in above), " · ".join(one.name.en for one in above)),
        indicators=tuple(_line(seen, workspace) for seen in view.indicators),
        sources=_sources(workspace, view),
        address=address,
        release=view.release,
    )


def _line(seen: AreaIndicator, workspace: Workspace) -> IndicatorLine:
    """Its own value where it has one; the verdict of the area that the plan judges, named when that is another one."""
    judged = seen.judged or seen.own
    shown = seen.own if seen.own is not None and seen.own.value is not None else judged
    verdict = judged.verdict if judged is not None else Verdict.NOT_JUDGED
    label = verdict.label
    if judged is not None and seen.own is not judged and (seen.own is None or seen.own.area != judged.area):
        label = Text(f"{judged.area_name.th}: {label.th}", f"{judged.area_name.en}: {label.en}")
    return IndicatorLine(
        title=seen.indicator.title,
        value=_value(shown, workspace),
        period=period_text(shown.period) if shown is not None else Text("", ""),
        verdict=label,
        sentence=judged.sentence if judged is not None else Text("", ""),
        tone=_TONES.get(verdict, "open"),
    )


def _value(row: ScoreRow | None, workspace: Workspace) -> Text:
    if row is None or row.value is None:
        return Text("ไม่มีข้อมูล", "no data")
    return amount(row.value, workspace.catalogue.unit(row.unit), row.decimals)


def _sources(workspace: Workspace, view: AreaView) -> tuple[Text, ...]:
    """Publisher and title of what the figures were reckoned from, each once."""
    found: dict[str, Text] = {}
    for seen in view.indicators:
        shown = workspace.indicator_view(seen.plan.id, seen.indicator.id, reading=seen.reading.id, release=view.release)
        for one in shown.sources:
            words = Text(f"{one.publisher.th}: {one.title.th}", f"{one.publisher.en}: {one.title.en}")
            found.setdefault(one.id, words)
    return tuple(found.values())
