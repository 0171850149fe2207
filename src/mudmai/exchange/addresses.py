"""Public addresses of what the standard doors serve, as their documents write them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

_SPACE = uuid5(NAMESPACE_URL, "urn:mudmai:catalogue")


@dataclass(frozen=True, slots=True)
class Addresses:
    """``base`` is scheme and host without a slash at the end; a named ``release`` is written into every address."""

    base: str
    release: str | None = None

    def at(self, path: str) -> str:
        """The address of ``path`` (with its slash), for the release that was asked for.

        >>> Addresses("https://data.example.org", "r3-0a1b2c3d").at("/catalog.ttl")
        'https://data.example.org/catalog.ttl?release=r3-0a1b2c3d'
        """
        mark = "&" if "?" in path else "?"
        return f"{self.base}{path}{mark}release={self.release}" if self.release else f"{self.base}{path}"

    def dataset(self, dataset: str, suffix: str = "") -> str:
        """A dataset, or with ``suffix`` (``.ttl``, ``/data.csv``) one of its documents."""
        return self.at(f"/dataset/{dataset}{suffix}")

    def name(self, path: str) -> str:
        """The same for every release: an address as a name (RDF subjects, identifiers)."""
        return f"{self.base}{path}"


def stable_id(kind: str, name: str) -> UUID:
    """The identifier (UUID, version 5) of a thing; the same on every installation and for good.

    >>> stable_id("dataset", "gpp") == stable_id("dataset", "gpp")
    True
    """
    return uuid5(_SPACE, f"{kind}/{name}")
