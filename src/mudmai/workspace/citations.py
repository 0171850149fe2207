"""How to quote a figure: publisher, title, edition, and the permanent place of this reading of it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from mudmai.core.areas import Area
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.sources import Source
from mudmai.workspace.scoring import Score


def permalink(score: Score, area: Area, period: Period) -> str:
    """The path that keeps showing this figure in this release."""
    parts = ("r", score.figures.release.id, score.plan.id, score.indicator.id, area.code, period.iso)
    return "/" + "/".join(quote(p, safe="") for p in parts) + f"?reading={quote(score.reading.id, safe='')}"


def cite_source(source: Source) -> Text:
    """``NESDC. Gross Regional and Provincial Product (2019 edition)``."""
    th = f"{source.publisher.th}. {source.title.th}" + (f" ({source.edition})" if source.edition else "")
    en = f"{source.publisher.en}. {source.title.en}" + (f" ({source.edition})" if source.edition else "")
    return Text(th, en)


def cite(score: Score, sources: Sequence[Source], area: Area | None = None, period: Period | None = None) -> Text:
    """The citation of one figure (area and period given) or of a whole indicator: its sources, and where to find it."""
    from_th = "; ".join(cite_source(s).th for s in sources) or "ไม่ระบุแหล่งข้อมูล"
    from_en = "; ".join(cite_source(s).en for s in sources) or "source not stated"
    one, plan, release = score.indicator, score.plan, score.figures.release
    what_th, what_en = f"{one.id} {one.title.th}", f"{one.id} {one.title.en}"
    where = ""
    if area is not None and period is not None:
        when = period_text(period)
        what_th, what_en = f"{what_th} {area.name.th} {when.th}", f"{what_en}, {area.name.en}, {when.en}"
        where = f". {permalink(score, area, period)}"
    published = release.created_at.date().isoformat()
    return Text(
        f"{what_th} ({plan.title.th}; {score.reading.title.th}). คำนวณโดยหมุดหมาย (Mudmai) รุ่นข้อมูล {release.id} "
        f"({published}) จาก {from_th}{where}",
        f"{what_en} ({plan.title.en}; {score.reading.title.en}). Worked out by Mudmai, data release {release.id} "
        f"({published}), from {from_en}{where}",
    )
