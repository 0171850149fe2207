"""Checked packs written as JSON and read back, so that unchanged packs need not be parsed and checked at every start.

The nouns of a pack are frozen dataclasses; each is written as the list of its fields in their order, guided by its type
hints, and built again from it. Nothing but these types can come out, whatever the file says. The file is only worth
keeping beside the content and the code that it was made from (:func:`code_mark`).
"""

from __future__ import annotations

import base64
import collections.abc
import dataclasses
import hashlib
import json
import types
import typing
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any

from mudmai.core.areas import Area, AreaSystem, Crosswalk
from mudmai.core.datasets import Dataset
from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.plans import AddedReading, Plan
from mudmai.core.series import Catalogue, Series
from mudmai.core.sources import Method, Source
from mudmai.core.units import Unit
from mudmai.exchange.packs.pack import Pack, data_files_of, in_order

Read = Callable[[Any], Any]
Write = Callable[[Any], Any]

_PARTS: Mapping[str, Any] = {
    "units": Unit,
    "area_systems": AreaSystem,
    "crosswalks": Crosswalk,
    "sources": Source,
    "methods": Method,
    "series": Series,
}
"""Parts of a catalogue and what they hold."""


def write_packs(packs: Iterable[Pack]) -> str:
    """The packs as JSON, each after those it requires and without what it takes over from them.

    Raises :class:`ValueError` when a required pack is not among them.
    """
    by_id: dict[str, Pack] = {}
    told = []
    for pack in in_order(packs):
        base = _base(pack.requires, by_id)
        catalogue = {
            part: [_codec(kind)[0](one) for key, one in getattr(pack.catalogue, part).items()
                   if getattr(base, part).get(key) is not one]
            for part, kind in _PARTS.items()
        }  # fmt: skip
        told.append(
            {
                "id": pack.id,
                "kind": pack.kind,
                "version": pack.version,
                "title": _codec(Text)[0](pack.title),
                "note": _codec(Text)[0](pack.note),
                "requires": list(pack.requires),
                "fiscal_year_starts": pack.fiscal_year_starts,
                "definitions": dict(pack.definitions),
                "definition_titles": {k: [t.th, t.en] for k, t in pack.definition_titles.items()},
                "catalogue": catalogue,
                "plan": None if pack.plan is None else _codec(Plan)[0](pack.plan),
                "datasets": [_codec(Dataset)[0](one) for one in pack.datasets],
                "added_readings": [_codec(AddedReading)[0](one) for one in pack.added_readings],
            }
        )
        by_id[pack.id] = pack
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def read_packs(text: str, folders: Mapping[str, Path]) -> tuple[Pack, ...]:
    """The packs that :func:`write_packs` wrote, now lying in ``folders``.

    Raises :class:`ValueError` for anything that it did not write.
    """
    by_id: dict[str, Pack] = {}
    try:
        for one in json.loads(text):
            by_id[one["id"]] = _pack(one, folders[one["id"]], by_id)
    except (ValueError, LookupError, TypeError, AttributeError, MudmaiError) as error:
        raise ValueError("not a list of kept packs") from error
    return tuple(by_id.values())


def _pack(told: Mapping[str, Any], directory: Path, by_id: Mapping[str, Pack]) -> Pack:
    own = {part: [_codec(kind)[1](one) for one in told["catalogue"][part]] for part, kind in _PARTS.items()}
    catalogue = Catalogue(
        {one.code: one for one in own["units"]},
        {one.id: one for one in own["area_systems"]},
        {(one.origin, one.destination): one for one in own["crosswalks"]},
        {one.id: one for one in own["sources"]},
        {one.id: one for one in own["methods"]},
        {one.id: one for one in own["series"]},
    )
    return Pack(
        id=told["id"],
        kind=told["kind"],
        version=told["version"],
        title=Text(*told["title"]),
        directory=directory,
        catalogue=_base(told["requires"], by_id).merged(catalogue),
        plan=None if told["plan"] is None else _codec(Plan)[1](told["plan"]),
        definitions=told["definitions"],
        data_files=data_files_of(directory),
        fiscal_year_starts=told["fiscal_year_starts"],
        requires=tuple(told["requires"]),
        note=Text(*told["note"]),
        definition_titles={name: Text(*text) for name, text in told["definition_titles"].items()},
        datasets=tuple(_codec(Dataset)[1](one) for one in told["datasets"]),
        added_readings=tuple(_codec(AddedReading)[1](one) for one in told["added_readings"]),
    )


def _base(requires: Iterable[str], by_id: Mapping[str, Pack]) -> Catalogue:
    """What the required packs bring."""
    catalogue = Catalogue()
    for name in requires:
        if name not in by_id:
            raise ValueError(f"the required pack {name} is not among those kept")
        catalogue = catalogue.merged(by_id[name].catalogue)
    return catalogue


@cache
def code_mark() -> str:
    """Changes when the code that reads and checks packs does (by size and time of its files)."""
    here = Path(__file__).resolve().parent
    whole = hashlib.sha256()
    for path in sorted([*here.glob("*.py"), *(here.parents[1] / "core").rglob("*.py")]):
        stat = path.stat()
        whole.update(f"{path.name}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return whole.hexdigest()[:12]


# ---------------------------------------------------------------------------------- one type at a time


@cache
def _codec(kind: Any) -> tuple[Write, Read]:
    """How values of the type ``kind`` are written and read."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind in (str, int, float, bool):
        return _as_is, _as_is
    if kind is Period:
        return lambda p: p.iso, Period.from_iso
    if kind is date:
        return date.isoformat, date.fromisoformat
    if kind is Fraction:
        return str, Fraction
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda e: e.value, kind
    if kind is AreaSystem:
        return _system()
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional(*(_codec(one) for one in inner if one is not types.NoneType))
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return _row(_codec(inner[0]))
    if origin is tuple:
        return _fixed([_codec(one) for one in inner])
    if origin in (collections.abc.Mapping, dict) and inner[0] is str:
        return _mapping(_codec(inner[1]))
    raise TypeError(f"packs cannot be kept with a field of type {kind}")


def _as_is(value: Any) -> Any:
    return value


def _record(kind: Any) -> tuple[Write, Read]:
    hints = typing.get_type_hints(kind)
    fields = [(one.name, *_codec(hints[one.name])) for one in dataclasses.fields(kind)]
    readers = [read for _, _, read in fields]

    def write(value: Any) -> Any:
        return [put(getattr(value, name)) for name, put, _ in fields]

    def read(told: Any) -> Any:
        return kind(*(take(one) for take, one in zip(readers, told, strict=True)))

    return write, read


_MANY_AREAS = 500
"""Systems with more areas are kept pressed together, and their areas read when they are first asked for."""


def _system() -> tuple[Write, Read]:
    write_whole, read_whole = _record(AreaSystem)
    write_areas, _ = _codec(tuple[Area, ...])
    write_text, read_text = _codec(Text)

    def write(system: AreaSystem) -> Any:
        if len(system.areas) <= _MANY_AREAS:
            return write_whole(system)
        plain = json.dumps(write_areas(system.areas), ensure_ascii=False, separators=(",", ":"))
        pressed = zlib.compress(plain.encode())
        mark = zlib.crc32(pressed)
        return [system.id, write_text(system.title), base64.b64encode(pressed).decode(), write_text(system.note), mark]

    def read(told: Any) -> AreaSystem:
        if not isinstance(told[2], str):
            return typing.cast(AreaSystem, read_whole(told))
        name, title, text, note, mark = told
        pressed = base64.b64decode(text, validate=True)
        if zlib.crc32(pressed) != mark:
            raise ValueError("areas that were kept are damaged")
        return AreaSystem.deferred(name, read_text(title), read_text(note), partial(_unpressed, pressed))

    return write, read


def _unpressed(pressed: bytes) -> tuple[Area, ...]:
    areas: tuple[Area, ...] = _codec(tuple[Area, ...])[1](json.loads(zlib.decompress(pressed)))
    return areas


def _optional(inner: tuple[Write, Read]) -> tuple[Write, Read]:
    write, read = inner
    return (lambda v: None if v is None else write(v)), (lambda v: None if v is None else read(v))


def _row(inner: tuple[Write, Read]) -> tuple[Write, Read]:
    write, read = inner
    return (lambda v: [write(one) for one in v]), (lambda v: tuple(read(one) for one in v))


def _fixed(inner: list[tuple[Write, Read]]) -> tuple[Write, Read]:
    return (
        lambda v: [write(one) for (write, _), one in zip(inner, v, strict=True)],
        lambda v: tuple(read(one) for (_, read), one in zip(inner, v, strict=True)),
    )


def _mapping(inner: tuple[Write, Read]) -> tuple[Write, Read]:
    write, read = inner
    return (lambda v: {k: write(one) for k, one in v.items()}), (lambda v: {k: read(one) for k, one in v.items()})
