"""Searching packages the way CKAN's ``package_search`` is asked: words, field filters, facets, a stable order.

Bare words are found by the index of the catalogue (:mod:`mudmai.workspace.catalogue_search`): inside sentences, as Thai
does not separate them, and in either digit script; all must be found.
``fq`` and ``q`` know ``field:value`` for the fields of :data:`FIELDS`, quoted values, ``+``/``-`` in front and ``*:*``.
Source: CKAN API guide, ``package_search``; the part of Solr's syntax that catalogues and harvesters really send.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mudmai.core.errors import InputError
from mudmai.core.language import Text, to_arabic_digits

Json = dict[str, Any]
Having = Callable[[str], frozenset[str]]
"""The names of the datasets in which a word is found: the index of the catalogue answers it."""

FIELDS: dict[str, Callable[[Json], Iterable[str]]] = {
    "id": lambda p: (p["id"],),
    "name": lambda p: (p["name"],),
    "title": lambda p: (p["title"],),
    "notes": lambda p: (p["notes"],),
    "organization": lambda p: (p["organization"]["name"],),
    "owner_org": lambda p: (p["owner_org"],),
    "groups": lambda p: (g["name"] for g in p["groups"]),
    "tags": lambda p: (t["name"] for t in p["tags"]),
    "res_format": lambda p: dict.fromkeys(r["format"] for r in p["resources"]),
    "license_id": lambda p: (p["license_id"],),
    "type": lambda p: (p["type"],),
    "dataset_type": lambda p: (p["type"],),
    "state": lambda p: (p["state"],),
    "private": lambda p: ("false",),
    "data_type": lambda p: (p["data_type"],),
    "data_category": lambda p: (p["data_category"],),
    "geo_coverage": lambda p: (p["geo_coverage"],),
    "update_frequency_unit": lambda p: (p["update_frequency_unit"],),
    "allow_harvest": lambda p: (p["allow_harvest"],),
}
"""Fields that can be filtered and counted, each with how a package answers it."""

_WORDS_IN = {"title", "notes"}
_TERM = re.compile(r'(?P<sign>[+-]?)(?:(?P<field>[A-Za-z_*][\w*]*):)?(?P<value>"(?:[^"\\]|\\.)*"|\([^)]*\)|[^\s]+)')
_SORTS = {"id", "name", "title", "metadata_modified", "metadata_created", "score", "title_string"}
_GLUE = {"AND", "and", "&&"}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: any of ``values`` in ``field`` (None: anywhere), or none of them."""

    field: str | None
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, package: Json, having: Having) -> bool:
        """True when the package fits; ``having`` finds the datasets with a word."""
        if self.field is None:
            found = all(package["name"] in having(value) for value in self.values)
        else:
            own = [_plain(str(v)) for v in FIELDS[self.field](package)]
            found = any(_fits(_plain(wanted), v, self.field) for wanted in self.values for v in own)
        return found is not self.negated


def parse(query: str) -> tuple[Term, ...]:
    """The conditions of a query; unknown fields are an :class:`InputError` that names the known ones.

    >>> parse('organization:nso -tags:"labour force" เพศ')[1].negated
    True
    """
    terms = []
    for match in _TERM.finditer(query):
        field, value = match["field"], match["value"]
        if field is None and value in _GLUE:
            continue
        if field == "*" or value in ("*", "*:*"):
            continue
        if field is not None and field not in FIELDS:
            raise InputError(
                Text(f"ไม่รู้จักฟิลด์ {field}", f"undefined field {field}"),
                remedy=Text(f"ใช้ {', '.join(FIELDS)}", f"use one of {', '.join(FIELDS)}"),
            )
        terms.append(Term(field, _values(value), match["sign"] == "-"))
    return tuple(terms)


def names_with(queries: Iterable[str], having: Having) -> frozenset[str] | None:
    """Names of the datasets in which all bare words of the queries hold; None without any such word."""
    words = [v for query in queries for t in parse(query) if t.field is None and not t.negated for v in t.values]
    return frozenset.intersection(*(having(word) for word in words)) if words else None


def search(packages: Sequence[Json], queries: Iterable[str], sort: str, having: Having) -> list[Json]:
    """The packages that fit every query, in the asked order; equal ones by id, so that pages never overlap."""
    terms = [term for query in queries for term in parse(query)]
    found = [p for p in packages if all(term.holds(p, having) for term in terms)]
    found.sort(key=lambda p: str(p["id"]))
    for field, downwards in reversed(_order(sort)):
        if field != "score":
            found.sort(key=lambda p: str(p.get("title" if field == "title_string" else field, "")), reverse=downwards)
    return found


def facets(packages: Sequence[Json], fields: Sequence[str], limit: int) -> tuple[Json, Json]:
    """``facets`` and ``search_facets`` of an answer; a negative limit means all."""
    counts: Json = {}
    told: Json = {}
    for field in fields:
        if field not in FIELDS:
            counts[field], told[field] = {}, {"title": field, "items": []}
            continue
        names = _display_names(packages, field)
        counted = Counter(v for p in packages for v in FIELDS[field](p))
        shown = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[: limit if limit >= 0 else None]
        counts[field] = dict(shown)
        items = [{"name": name, "display_name": names.get(name, name), "count": n} for name, n in shown]
        told[field] = {"title": field, "items": items}
    return counts, told


def _display_names(packages: Sequence[Json], field: str) -> dict[str, str]:
    if field == "organization":
        return {p["organization"]["name"]: p["organization"]["title"] for p in packages}
    if field == "groups":
        return {g["name"]: g["title"] for p in packages for g in p["groups"]}
    return {}


def _order(sort: str) -> list[tuple[str, bool]]:
    found = []
    for part in filter(None, (p.strip() for p in sort.split(","))):
        field, _, way = part.partition(" ")
        if field not in _SORTS or way.strip().lower() not in ("", "asc", "desc"):
            raise InputError(
                Text(f"เรียงตาม {part[:60]} ไม่ได้", f"cannot sort by {part[:60]}"),
                remedy=Text(f"ใช้ {', '.join(sorted(_SORTS))}", f"use one of {', '.join(sorted(_SORTS))}"),
                code="sort",
            )
        found.append((field, way.strip().lower() == "desc"))
    return found


def _values(written: str) -> tuple[str, ...]:
    if written.startswith('"') and written.endswith('"') and len(written) >= 2:
        return (written[1:-1].replace('\\"', '"'),)
    if written.startswith("("):
        parts = re.findall(r'"[^"]*"|[^\s()]+', written)
        return tuple(p.strip('"') for p in parts if p not in ("OR", "or", "AND", "and"))
    return (written,)


def _fits(wanted: str, value: str, field: str) -> bool:
    if field in _WORDS_IN:
        return wanted.strip("*") in value
    if wanted.endswith("*"):
        return value.startswith(wanted[:-1])
    return wanted == value


def _plain(text: str) -> str:
    return to_arabic_digits(text).casefold()
