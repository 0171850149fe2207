"""Papers that a command prints: those of the pages, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mudmai.apps.assessment.domain.profiles import CityProfile
    from mudmai.core.language import Digits, Language


def city_paper(seen: CityProfile, language: Language, digits: Digits, site: str) -> bytes:
    """The A4 page of a city as PDF; its address and sign only where ``site`` (``https://...``) is known."""
    from mudmai.exchange.one_page import profile_page  # typesetting loads where a page is asked for
    from mudmai.web.pages import address
    from mudmai.web.views.profiles.paper import profile_sheet

    link = site + address(language, "city_profile", code=seen.city.code) if site else ""
    return profile_page(profile_sheet(seen, language, link), language, digits)
