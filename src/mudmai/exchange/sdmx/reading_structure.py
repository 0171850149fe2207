"""What a structure message says of a dataflow: its dimensions in order, and the words of their codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mudmai.exchange.sdmx.reading import MEASURE, TIME
from mudmai.exchange.sdmx.reading_xml import parse

Words = dict[str, str]


@dataclass
class FlowStructure:
    """``labels``: dimension or attribute → code → words; Thai where the service has it, else English, else any."""

    dimensions: tuple[str, ...] = ()
    labels: dict[str, Words] = field(default_factory=dict)


def read_structure(path: Path) -> FlowStructure:
    """Read an SDMX-ML structure message (2.0 to 3.0) that holds one data structure with its lists."""
    reader = _Reader()
    parse(path, reader.start, reader.end, reader.text)
    return reader.structure()


@dataclass
class _Component:
    id: str
    position: int
    time: bool = False
    dimension: bool = True
    concept: str = ""
    codelist: str = ""


class _Reader:
    def __init__(self) -> None:
        self._within: list[str] = []
        self._words: list[str] = []
        self._language = ""
        self._codelist = ""
        self._code: list[str] = []
        self._lists: dict[str, dict[str, dict[str, str]]] = {}
        self._component: _Component | None = None
        self._components: list[_Component] = []
        self._concept = ""
        self._concept_lists: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._within.append(name)
        self._words = []
        own = attributes.get("id", "")
        match name:
            case "Codelist" | "CodeList" | "GeographicCodelist" | "GeoGridCodelist":
                self._codelist = own
                self._lists.setdefault(own, {})
            case "Code" | "GeoFeatureSetCode" | "GeoGridCode" if self._codelist:
                self._code.append(own or attributes.get("value", ""))
            case "Name" | "Description":
                self._language = next((v for k, v in attributes.items() if k.endswith("lang")), "en")[:2]
            case "Dimension" | "TimeDimension" | "Attribute" | "MeasureDimension" if self._in_structure():
                position = int(attributes.get("position") or 0) if attributes.get("position", "0").isdigit() else 0
                one = _Component(own or attributes.get("conceptRef", ""), position or len(self._components) + 1)
                one.time = name == "TimeDimension"
                one.dimension = name != "Attribute"
                one.codelist = attributes.get("codelist", "")
                self._component = one
                self._components.append(one)
            case "Concept":
                self._concept = own
            case "Ref":
                self._refer(own)

    def end(self, name: str) -> None:
        self._within.pop()
        said = "".join(self._words).strip()
        holder = self._within[-1] if self._within else ""
        if name in ("Name", "Description") and self._code and holder in ("Code", "GeoFeatureSetCode", "GeoGridCode"):
            words = self._lists[self._codelist].setdefault(self._code[-1], {})
            if name == "Name" or self._language not in words:
                words[self._language] = said
        elif name in ("Code", "GeoFeatureSetCode", "GeoGridCode") and self._code:
            self._code.pop()
        elif name in ("Codelist", "CodeList", "GeographicCodelist", "GeoGridCodelist"):
            self._codelist = ""
        elif name in ("Enumeration", "ConceptIdentity") and said.startswith("urn:"):
            self._refer(said.rpartition("=")[2].partition("(")[0].rpartition(":")[2], said, name)
        elif name in ("Dimension", "TimeDimension", "Attribute", "MeasureDimension"):
            if holder.endswith("List"):
                self._component = None
        elif name == "Concept" and holder == "ConceptScheme":
            self._concept = ""
        self._words = []

    def text(self, words: str) -> None:
        if len(self._words) < 100:
            self._words.append(words)

    def _in_structure(self) -> bool:
        return any(one in self._within for one in ("DataStructureComponents", "Components")) and self._within[-2] in (
            "DimensionList", "AttributeList", "MeasureList", "Components",
        )  # fmt: skip

    def _refer(self, target: str, urn: str = "", holder: str = "") -> None:
        """A reference inside a component or a concept: to its codelist, or to its concept."""
        inside = (*self._within, holder)
        if "Enumeration" in inside:
            if self._component is not None:
                self._component.codelist = self._component.codelist or target
            elif self._concept:
                self._concept_lists[self._concept] = target
        elif "ConceptIdentity" in inside and self._component is not None and "AttributeRelationship" not in inside:
            last = urn.rpartition(".")[2] if urn else target
            self._component.concept = last
            self._component.id = self._component.id or last

    def structure(self) -> FlowStructure:
        """What was learned."""
        dims = sorted((c for c in self._components if c.dimension and not c.time), key=lambda c: c.position)
        times = [c for c in self._components if c.time]
        labels: dict[str, Words] = {}
        for one in self._components:
            codes = self._lists.get(one.codelist or self._concept_lists.get(one.concept, ""))
            if codes and one.id not in (TIME, MEASURE):
                labels[one.id] = {code: _best(words) for code, words in codes.items() if words}
        return FlowStructure(tuple(c.id for c in (*dims, *times)), labels)


def _best(words: dict[str, str]) -> str:
    return words.get("th") or words.get("en") or next(iter(words.values()))
