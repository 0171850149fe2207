"""JSON with exact decimal numbers, without what is missing, byte for byte the same for the same facts.

:class:`~decimal.Decimal` becomes a JSON number with the digits that it has; the standard library would take it through
binary floating point or refuse it. Source: RFC 8259 section 6.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any


def without_missing(value: Any) -> Any:
    """``value`` without members that say nothing: None, blank text, empty lists and objects. Zero stays zero."""
    if isinstance(value, Mapping):
        kept = ((name, without_missing(one)) for name, one in value.items())
        return {name: one for name, one in kept if not _says_nothing(one)}
    if isinstance(value, (list, tuple)):
        return [one for one in map(without_missing, value) if not _says_nothing(one)]
    return value


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def exact_json(value: Any) -> bytes:
    """``value`` as UTF-8 JSON, members in the order given. Raises ``ValueError`` for a number that JSON has not."""
    return "".join(_written(value)).encode("utf-8")


def _written(value: Any) -> Iterator[str]:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"JSON has no number {value}")
        yield format(value, "f")
    elif isinstance(value, Mapping):
        yield "{"
        for at, (name, one) in enumerate(value.items()):
            yield f"{',' if at else ''}{json.dumps(str(name), ensure_ascii=False)}:"
            yield from _written(one)
        yield "}"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield "["
        for at, one in enumerate(value):
            yield "," if at else ""
            yield from _written(one)
        yield "]"
    else:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)
