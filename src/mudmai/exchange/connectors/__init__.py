"""Doors in: a CKAN resource, an SDMX flow, a plain URL, a folder; what they hold comes in as a raw file or as a fault.

:func:`fetch` is the whole of it: a checked :data:`Source` in, a :class:`Fetched` out. Django is not needed here.
"""

from mudmai.exchange.connectors.admission import admit
from mudmai.exchange.connectors.fetched import Allowed, Fetched, Limits, Validators
from mudmai.exchange.connectors.fetching import fetch
from mudmai.exchange.connectors.sources import (
    KIND_TITLES,
    CkanSource,
    FolderSource,
    SdmxSource,
    Source,
    UrlSource,
    plain_settings,
    read_source,
)
from mudmai.exchange.connectors.waiting import next_try

__all__ = [
    "KIND_TITLES",
    "Allowed",
    "CkanSource",
    "Fetched",
    "FolderSource",
    "Limits",
    "SdmxSource",
    "Source",
    "UrlSource",
    "Validators",
    "admit",
    "fetch",
    "next_try",
    "plain_settings",
    "read_source",
]
