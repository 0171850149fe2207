"""A certificate on one A4 page."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from mudmai.apps.assessment.domain.register_reading import (
    Standing,
    claimed_of,
    level_title,
    scores_shown,
    standing_on,
    text_of,
)
from mudmai.apps.assessment.domain.registers import scheme_title
from mudmai.apps.assessment.models import Certificate
from mudmai.apps.registry.areas import AreaRef, area_name
from mudmai.core.days import write_day
from mudmai.core.language import Text, same
from mudmai.exchange.one_page import CertificateSheet, WrittenPart, certificate_page
from mudmai.exchange.one_page.pages import MOST_LINES
from mudmai.web.pages import address, language_of, reader
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_assessment import written_share
from mudmai.web.views.marking.shared import agreement_told
from mudmai.web.views.register.history import Told, history_of
from mudmai.web.wording import wording


def certificate_paper(request: HttpRequest, held: Certificate) -> bytes:
    """The page of a certificate as PDF."""
    language, here = language_of(request), reader(request)
    today, facts = timezone.localdate(), held.facts
    standing = standing_on(held, today)
    area = area_name(AreaRef(held.city.area_system, held.city.area_code))
    certifier = text_of(facts.get("certifier")) if facts.get("certifier") else None
    granted = same(here.year(held.granted_on.year)) if held.granted_precision == "year" else write_day(held.granted_on)
    end = write_day(held.expires_on) if held.expires_on else wording("register.no_known_end")
    parts = [
        WrittenPart(
            wording("register.validity"),
            (
                _line("register.granted", granted),
                _line("register.expires", end),
                *((_line("register.ended", write_day(held.ended_on)),) if held.ended_on else ()),
            ),
        )
    ]
    if claimed := claimed_of(held):
        joined = Text(", ".join(one.th for one in claimed), ", ".join(one.en for one in claimed))
        parts.append(WrittenPart(wording("register.claimed"), (joined,)))
    if scores := scores_shown(held):
        lines = [_line(f"register.score_{one.name}", same(_share(here, one.low, one.high))) for one in scores]
        head, why = agreement_told(request, facts.get("scores", {}).get("agreement") or {})
        agreed = [_line("register.agreement", head), why] if why.th else []
        parts.append(WrittenPart(wording("register.scores"), (*lines, *agreed)))
    history = [_event(one) for one in history_of(held, here, write_day)]
    if len(history) > MOST_LINES:
        history.reverse()  # what the page has no room for is old
    parts.append(WrittenPart(wording("register.history"), tuple(history)))
    sources = (text_of(facts.get("source"), held.source),) if held.source else ()
    sheet = CertificateSheet(
        kind=_line(
            "register.paper_kind", text_of(facts["scheme"]) if facts.get("scheme") else scheme_title(held.scheme)
        ),
        title=held.city.name,
        under=(
            level_title(held),
            _line("register.number", same(held.number)),
            area,
            *((_line("register.certifier", certifier),) if certifier else ()),
        ),
        standing=standing.title,
        tone="good" if standing is Standing.IN_FORCE else "bad",
        parts=tuple(parts),
        sources=sources or (wording("register.this_register"),),
        address=request.build_absolute_uri(address(language, "certificate", number=held.number)),
        printed_on=today,
    )
    return certificate_page(sheet, language)


def _event(one: Told) -> Text:
    """What happened, when, why, and what it changed; the reason as it was written."""
    reason = " ".join(one.event.reason.split())
    th, en = f"{one.when.th} {one.title.th}", f"{one.when.en}: {one.title.en}"
    for label, old, new in one.changes:
        th, en = f"{th} · {label.th}: {old.th} → {new.th}", f"{en} · {label.en}: {old.en} → {new.en}"
    return Text(f"{th} · {reason}", f"{en} · {reason}") if reason else Text(th, en)


def _line(key: str, value: Text) -> Text:
    label = wording(key)
    return Text(f"{label.th}: {value.th}", f"{label.en}: {value.en}")


def _share(here: Preferences, low: float | None, high: float | None) -> str:
    if low is None:
        return "–"
    least, most = written_share(here, low), written_share(here, low if high is None else high)
    return f"{least}%" if least == most else f"{least}–{most}%"
