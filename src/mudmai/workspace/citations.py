"""How to quote a figure: publisher, title, edition, and the permanent place of this reading of it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from mudmai.core.areas import Area
from mudmai.core.language import Text
from mudmai.core.period_text import period_text
from mudmai.core.periods import Period
from mudmai.core.sources import Source
from mudmai.workspace.scoring import Score


def permalink(score: Score, area: Area, period: Period) -> str:
    """The path that keeps showing this figure: of this release, by what the packs say now."""
    parts = ("r", score.figures.release.id, score.plan.id, score.indicator.id, area.code, period.iso)
    query = urlencode({"reading": score.reading.id, "packs": score.pack.state})
    return "/" + "/".join(quote(p, safe="") for p in parts) + f"?{query}"


def indicator_link(score: Score) -> str:
    """The path that keeps showing all figures of the indicator, of this release and by what the packs say now."""
    plan, one = quote(score.plan.id, safe=""), quote(score.indicator.id, safe="")
    query = {"reading": score.reading.id, "release": score.figures.release.id, "packs": score.pack.state}
    return f"/plans/{plan}/indicators/{one}/?{urlencode(query)}"


def at_site(citation: Text, site: str, *, english: str = "") -> Text:
    """``citation``, whose last word is a path, as the site at the address ``site`` shows it; unchanged where empty.

    ``english`` is put before the path of the English citation, where the site has a twin page for it.

    >>> at_site(Text("ที่มา /r/1", "Source /r/1"), "https://scores.example.go.th").en
    'Source https://scores.example.go.th/r/1'
    """

    def whole(text: str, prefix: str) -> str:
        words, space, path = text.rpartition(" ")
        return f"{words}{space}{site}{prefix}{path}" if path.startswith("/") else text

    return Text(whole(citation.th, ""), whole(citation.en, english)) if site else citation


def cite_source(source: Source) -> Text:
    """Publisher, title and edition: ``NESDC. Gross regional and provincial product. 2020 (B.E. 2563)``."""
    edition = source.edition_words
    th = [source.publisher.th, source.title.th, edition.th]
    en = [source.publisher.en, source.title.en, edition.en]
    return Text(". ".join(part for part in th if part), ". ".join(part for part in en if part))


def cite(score: Score, sources: Sequence[Source], area: Area | None = None, period: Period | None = None) -> Text:
    """The citation of one figure (area and period given) or of a whole indicator.

    It names what is quoted, the plan and the reading, release and pack that it was worked out from, the sources, and
    the permanent place.
    """
    one, plan, release = score.indicator, score.plan, score.figures.release
    what_th, what_en = f"{one.id} {one.title.th}", f"{one.id} {one.title.en}"
    where = indicator_link(score)
    if area is not None and period is not None:
        when = period_text(period)
        what_th, what_en = f"{what_th} {area.name.th} {when.th}", f"{what_en}, {area.name.en}, {when.en}"
        where = permalink(score, area, period)
    published = release.created_at.date()
    day_th = f"{published.day}/{published.month}/{published.year + 543}"
    from_th = "; ".join(cite_source(s).th for s in sources)
    from_en = "; ".join(cite_source(s).en for s in sources)
    return Text(
        f"{what_th}. {plan.title.th}; วิธีอ่าน: {score.reading.title.th}. คำนวณโดย Mudmai จากรุ่นข้อมูล {release.id} "
        f"(เผยแพร่ {day_th}) ตามชุดเนื้อหา {score.pack}. "
        + (f"แหล่งข้อมูล: {from_th}. " if from_th else "ยังไม่มีข้อมูลให้อ้างแหล่ง. ")
        + where,
        f"{what_en}. {plan.title.en}; reading: {score.reading.title.en}. Worked out by Mudmai from data release "
        f"{release.id} (published {published.isoformat()}) by pack {score.pack}. "
        + (f"Sources: {from_en}. " if from_en else "No data to name a source of. ")
        + where,
    )
