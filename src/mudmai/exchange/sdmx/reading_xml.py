"""SDMX-ML data messages, as a stream: generic and structure-specific, by series or flat, with groups.

Expat without a tree: memory is that of one series whatever the size of the message. A ``DOCTYPE`` is refused before any
entity can be declared. Sources: SDMX 2.1 section 3A, SDMX 3.0 section 3, SDMX 2.0 section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.parsers import expat

from mudmai.exchange.sdmx.reading import DELETES, MEASURE, TIME, Emit, Message, MessageFault, Row, pieces

_DEEPEST = 60
_ROOTS = frozenset(
    {"GenericData", "GenericTimeSeriesData", "StructureSpecificData", "StructureSpecificTimeSeriesData", "CompactData",
     "UtilityData", "MessageGroup"}
)  # fmt: skip
_ABOUT = frozenset(
    {"structureRef", "setID", "action", "reportingBeginDate", "reportingEndDate", "validFromDate", "validToDate",
     "publicationYear", "publicationPeriod", "dataScope", "type", "keyFamilyURI", "datasetID", "dataflowID"}
)  # fmt: skip
"""Attributes of a dataset that are SDMX's own, though some writers give them no namespace."""


def parse(path: Path, start: Any, end: Any, text: Any) -> None:
    """Run Expat over a file of others: no document type, bounded depth; names come as ``namespace name``."""
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise MessageFault("XML ซ้อนลึกเกินไป", "the XML is nested too deeply")
        start(name.rpartition(" ")[2], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(" ")[2])

    def refuse(*_: object) -> None:
        raise MessageFault("XML มี DOCTYPE ซึ่งไม่รับเพื่อความปลอดภัย", "the XML has a DOCTYPE, which is refused for safety")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opened, closed, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    try:
        for piece in pieces(path):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise MessageFault(
            f"XML ไม่ครบหรือผิดรูป (บรรทัด {error.lineno})", f"the XML is cut off or malformed (line {error.lineno})"
        ) from error


def read_xml(path: Path, emit: Emit, known: Sequence[str] = ()) -> Message:
    """See :func:`mudmai.exchange.sdmx.reading.read_message`."""
    reader = _Reader(emit, known)
    parse(path, reader.start, reader.end, reader.text)
    if not reader.root:
        raise MessageFault("ไม่ใช่ข้อความ SDMX", "this is no SDMX message")
    return reader.message


class _Reader:
    """The state between two tags."""

    def __init__(self, emit: Emit, known: Sequence[str]) -> None:
        self.message = Message()
        self._known = frozenset(known)
        self.root = ""
        self._emit = emit
        self._at_observation = TIME
        self._dataset: Row = {}
        self._series: Row = {}
        self._obs: Row | None = None
        self._group: tuple[Row, Row] | None = None
        self._groups: dict[tuple[str, ...], dict[tuple[str, ...], Row]] = {}
        self._key_order: dict[str, None] = {}
        self._within: list[str] = []
        self._words: list[str] = []
        self._deleting = False
        self._error: list[str] = []
        self._number = ""

    # ------------------------------------------------------------------ events
    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.root:
            if name not in _ROOTS and name not in ("Error", "RegistryInterface"):
                raise MessageFault(
                    f"คาดว่าเป็นข้อมูล SDMX แต่พบ <{name[:40]}>", f"SDMX data were expected, found <{name[:40]}>"
                )
            self.root = name
        self._within.append(name)
        self._words = []
        if name == "ErrorMessage" or (name == "Message" and "Footer" in self._within):
            self._number = attributes.get("code", "")
        elif name == "Structure" and "Header" in self._within:
            self._at_observation = attributes.get("dimensionAtObservation", TIME)
        elif name == "DataSet":
            told = attributes.get("action") or next((v for k, v in attributes.items() if k.endswith(" action")), "")
            self._deleting = told.lower() in DELETES
            self._dataset = {k: v for k, v in _own(attributes).items() if k not in _ABOUT}
            self._groups = {}
        elif name == "Series":
            self._series = _own(attributes)
        elif name == "Obs":
            self._obs = _own(attributes)
        elif name == "Group":
            self._group = ({}, {k: v for k, v in _own(attributes).items() if k != "type"})
        else:
            self._start_generic(name, attributes)

    def end(self, name: str) -> None:
        self._within.pop()
        if name == "Text" and (self.root == "Error" or "Footer" in self._within):
            self._error.append("".join(self._words).strip())
        elif name == "Time" and self._obs is not None:
            self._obs[TIME] = "".join(self._words).strip()
        elif name == "Obs" and self._obs is not None:
            self._finish(self._obs)
            self._obs = None
        elif name == "Group":
            self._keep_group()
        elif name == "Series":
            self._series = {}
        elif name == "ErrorMessage" or (name == "Message" and "Footer" in self._within):
            self._refuse(name)

    def text(self, words: str) -> None:
        if len(self._words) < 1000:
            self._words.append(words)

    # ------------------------------------------------------------------ generic form: <Value id= value=>
    # (told by its elements and not by the root: there are writers that mix the two forms)
    def _start_generic(self, name: str, attributes: dict[str, str]) -> None:
        if name == "ObsDimension" and self._obs is not None:
            self._obs[attributes.get("id", self._at_observation)] = attributes.get("value", "")
        elif name == "ObsValue" and self._obs is not None:
            self._obs[MEASURE] = attributes.get("value", "")
        elif name == "Value":
            said = attributes.get("id") or attributes.get("concept") or ""
            self._place(said, attributes.get("value", ""))

    def _place(self, name: str, value: str) -> None:
        if not name:
            return
        holder = self._within[-2] if len(self._within) > 1 else ""
        if holder in ("SeriesKey", "ObsKey"):
            self._key_order.setdefault(name)
        if self._group is not None:
            self._group[0 if holder == "GroupKey" else 1][name] = value
        elif self._obs is not None:
            self._obs[name] = value
        elif "Series" in self._within:
            self._series[name] = value
        else:
            self._dataset[name] = value

    # ------------------------------------------------------------------ rows
    def _keep_group(self) -> None:
        if self._group is None:
            return
        key, told = self._group
        self._group = None
        if not key:  # structure-specific: which of its attributes are the key is told by the structure alone
            key = {name: value for name, value in told.items() if name in self._known}
            told = {name: value for name, value in told.items() if name not in self._known}
        if key:
            dims = tuple(sorted(key))
            self._groups.setdefault(dims, {}).setdefault(tuple(key[d] for d in dims), {}).update(told)

    def _finish(self, obs: Row) -> None:
        row = {**self._dataset, **self._series, **obs}
        for dims, found in self._groups.items():
            told = found.get(tuple(row.get(d, "") for d in dims))
            if told:
                row = {**told, **row}
        if self._deleting:
            self.message.deleted += 1
            return
        if not self.message.dimensions and self._key_order:
            order = [*self._key_order]
            self.message.dimensions = order if self._at_observation in order else [*order, self._at_observation]
        self._emit(row)

    def _refuse(self, name: str) -> None:
        told = " ".join(one for one in self._error if one)[:300] or "–"
        if name == "Message" and self._number not in ("413", "510", "500"):
            self._error = []
            return
        number = f" ({self._number})" if self._number else ""
        raise MessageFault(
            f"บริการ SDMX ตอบ{number}: {told}", f"the SDMX service says{number}: {told}", number=self._number
        )


def _own(attributes: dict[str, str]) -> Row:
    """XML attributes without a namespace: codes and attributes; the others are SDMX's own business."""
    return {name: value for name, value in attributes.items() if " " not in name}
