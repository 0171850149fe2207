"""SDMX-JSON data messages, 1.0 and 2.x: by series, flat or cross-sectional; observations name codes by their place.

The document is read whole (it has no other form). Source: github.com/sdmx-twg/sdmx-json, field guides 1.0 and 2.1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mudmai.exchange.sdmx.reading import DELETES, MEASURE, Emit, Message, MessageFault, Row, text_of

_MOST = 256 << 20
_LEVELS = ("dataSet", "dimensionGroup", "series", "observation")


def read_json(path: Path, emit: Emit, known: Sequence[str] = ()) -> Message:
    """See :func:`mudmai.exchange.sdmx.reading.read_message`."""
    if path.stat().st_size > _MOST:
        raise MessageFault("SDMX-JSON ใหญ่เกินไป ใช้ XML แทน", "the SDMX-JSON is too large; ask for XML")
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise MessageFault("JSON ไม่ครบหรือผิดรูป", "the JSON is cut off or malformed") from error
    message = Message()
    try:
        _refuse_errors(document)
        body = document.get("data") or document
        structures = body.get("structures") or [body.get("structure") or document.get("structure")]
        for dataset in body.get("dataSets") or []:
            at = dataset.get("structure", 0)
            _DataSet(structures[at if isinstance(at, int) else 0], message).read(dataset, emit)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise MessageFault("ไม่ใช่ข้อความ SDMX-JSON ที่ถูกรูป", "this is no well-formed SDMX-JSON message") from error
    return message


def _refuse_errors(document: Mapping[str, Any]) -> None:
    errors = document.get("errors") or []
    if errors and not (document.get("data") or document.get("dataSets")):
        first = errors[0] if isinstance(errors[0], dict) else {"title": errors[0]}
        told = text_of(first.get("title") or first.get("detail") or first.get("details"))[:300]
        number = str(first.get("code", ""))
        raise MessageFault(
            f"บริการ SDMX ตอบ ({number}): {told}", f"the SDMX service says ({number}): {told}", number=number
        )


class _DataSet:
    """One structure's components, and the rows of a dataset under it."""

    def __init__(self, structure: Mapping[str, Any], message: Message) -> None:
        self._dims = {level: list((structure.get("dimensions") or {}).get(level) or []) for level in _LEVELS}
        self._attributes = {level: list((structure.get("attributes") or {}).get(level) or []) for level in _LEVELS}
        measures = (structure.get("measures") or {}).get("observation") or []
        self._measures = [str(one.get("id") or MEASURE) for one in measures] or [MEASURE]
        self._message = message
        ordered = [one for level in ("dataSet", "series", "observation") for one in self._dims[level]]
        ordered.sort(key=lambda one: one.get("keyPosition", 999))
        if not message.dimensions:
            message.dimensions = [str(one["id"]) for one in ordered]
        for one in (*ordered, *(a for level in _LEVELS for a in self._attributes[level])):
            self._learn(one)

    def _learn(self, component: Mapping[str, Any]) -> None:
        words = self._message.labels.setdefault(str(component["id"]), {})
        for value in component.get("values") or []:
            if isinstance(value, dict) and value.get("id") is not None:
                said = text_of(value.get("names") or value.get("name"))
                if said:
                    words[str(value["id"])] = said

    def read(self, dataset: Mapping[str, Any], emit: Emit) -> None:
        """Each observation of ``dataset`` as a row; those of a deletion are only counted."""
        base: Row = {}
        for one in self._dims["dataSet"]:
            base[str(one["id"])] = _value(one, 0)
        base |= self._told("dataSet", dataset.get("attributes") or [])
        groups = dataset.get("dimensionGroupAttributes") or {}
        deleting = str(dataset.get("action") or "").lower() in DELETES

        def one_row(row: Row, key: list[int | None], found: Sequence[Any]) -> None:
            if deleting:
                self._message.deleted += 1
                return
            emit({**base, **self._group(groups, key), **row, **self._observed(found)})

        for place, series in (dataset.get("series") or {}).items():
            codes = _places(place)
            row = self._codes("series", codes) | self._told("series", series.get("attributes") or [])
            for at, found in (series.get("observations") or {}).items():
                inner = _places(at)
                one_row({**row, **self._codes("observation", inner)}, [*codes, *inner], found)
        for place, found in (dataset.get("observations") or {}).items():
            codes = _places(place)
            one_row(self._flat(codes), list(codes), found)

    def _flat(self, codes: Sequence[int]) -> Row:
        """A flat key counts all dimensions but those of the dataset."""
        dims = (
            [*self._dims["series"], *self._dims["observation"]] if self._dims["series"] else self._dims["observation"]
        )
        if len(codes) != len(dims):
            dims = self._dims["observation"]
        return {str(one["id"]): _value(one, at) for one, at in zip(dims, codes, strict=True)}

    def _codes(self, level: str, codes: Sequence[int]) -> Row:
        return {str(one["id"]): _value(one, at) for one, at in zip(self._dims[level], codes, strict=True)}

    def _told(self, level: str, places: Sequence[Any]) -> Row:
        listed = zip(self._attributes[level], places, strict=False)
        return {str(one["id"]): _attribute(one, at) for one, at in listed if at is not None}

    def _group(self, groups: Mapping[str, Any], key: Sequence[int | None]) -> Row:
        row: Row = {}
        inner = [None] * len(self._dims["dataSet"])
        for place, told in groups.items():
            wanted = [int(one) if one.strip("~ ") else None for one in str(place).split(":")]
            mine = list(key) if len(wanted) == len(key) else [*inner, *key]
            if len(wanted) == len(mine) and all(
                w is None or m is None or w == m for w, m in zip(wanted, mine, strict=True)
            ):
                row |= self._told("dimensionGroup", told)
        return row

    def _observed(self, found: Sequence[Any]) -> Row:
        values = found if isinstance(found, list) else [found]
        row = {name: text_of(value) for name, value in zip(self._measures, values, strict=False)}
        row.setdefault(MEASURE, row.get(self._measures[0], ""))
        return row | self._told("observation", values[len(self._measures) :])


def _places(key: str) -> list[int]:
    return [int(one) for one in str(key).split(":") if one != ""]


def _value(component: Mapping[str, Any], at: int) -> str:
    value = component["values"][at]
    return str(value.get("id", value.get("value", ""))) if isinstance(value, dict) else text_of(value)


def _attribute(component: Mapping[str, Any], at: Any) -> str:
    """Attributes are told by place or, where they are not coded, by themselves."""
    values = component.get("values") or []
    if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(values):
        value = values[at]
        if isinstance(value, dict):
            return text_of(value.get("id") or value.get("value") or value.get("name"))
        return text_of(value)
    return text_of(at)
