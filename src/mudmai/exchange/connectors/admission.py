"""May a source be reached at all? Asked when a connection is saved, with the words that a fetch would fail with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from mudmai.core.errors import Where
from mudmai.exchange.connectors.faults import ConnectorFault
from mudmai.exchange.connectors.fetched import Allowed
from mudmai.exchange.connectors.folder import allowed_folder
from mudmai.exchange.connectors.network import judged, resolve
from mudmai.exchange.connectors.sources import FolderSource, Source

SECONDS = 3.0
"""How long the name of a host may take to be found."""
_ADDRESS = {"url": "url", "ckan": "portal", "sdmx": "root"}


def admit(source: Source, allowed: Allowed) -> None:
    """Raises :class:`ConnectorFault` ``connection_blocked`` for what this site may not reach, ``connection_folder`` for
    a folder that is not there. A host that is not found now may be there later: it passes, and every fetch judges anew.
    """
    field = "folder" if isinstance(source, FolderSource) else _ADDRESS[source.kind]
    try:
        if isinstance(source, FolderSource):
            allowed_folder(source.folder, allowed)
        else:
            _admit_host(urlsplit(str(_settings(source)[field])), allowed)
    except ConnectorFault as fault:
        fault.where = Where(field=field)
        raise


def _settings(source: Any) -> dict[str, Any]:
    return asdict(source)


def _admit_host(address: Any, allowed: Allowed) -> None:
    host = address.hostname or ""
    try:
        found = resolve(host, address.port or 443, SECONDS)
    except ConnectorFault:
        return
    judged(host, found, allowed)
