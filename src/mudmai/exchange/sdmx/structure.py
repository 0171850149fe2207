"""Structure messages: dataflows, data structures, codelists, concept schemes, the agency."""

from __future__ import annotations

from collections.abc import Iterable

from mudmai.core.language import Text
from mudmai.exchange.sdmx.flow import AGENCY, MEASURE, TIME, VERSION, Codelist, Component, Flow
from mudmai.exchange.sdmx.xml import descriptions, header, names, opening, reference

KINDS = ("agencyscheme", "dataflow", "codelist", "conceptscheme", "datastructure")
"""Resources of the structure queries, in the order in which a message holds them."""


def message(
    *,
    flows: Iterable[Flow] = (),
    codelists: Iterable[Codelist] = (),
    concepts: Iterable[Flow] = (),
    structures: Iterable[Flow] = (),
    agency: bool = False,
    prepared: Iterable[Flow] = (),
) -> bytes:
    """One structure message with the named parts; ``prepared`` are the flows whose age it has."""
    when = max((f.record.holding.modified for f in prepared if f.record.holding.modified), default=None)
    parts = [
        ("OrganisationSchemes", _agency_scheme() if agency else ""),
        ("Dataflows", "".join(_dataflow(flow) for flow in flows)),
        ("Codelists", "".join(_codelist(one) for one in codelists)),
        ("Concepts", "".join(_concepts(flow) for flow in concepts)),
        ("DataStructures", "".join(_structure(flow) for flow in structures)),
    ]
    inside = "".join(f"<str:{name}>{said}</str:{name}>" for name, said in parts if said)
    told = f"{opening('Structure', 'str', 'com')}{header('STRUCTURE', when)}<mes:Structures>{inside}</mes:Structures>"
    return f"{told}</mes:Structure>".encode()


def _maintainable(name: str) -> str:
    return f'id="{name}" version="{VERSION}" agencyID="{AGENCY}" isFinal="true"'


def _agency_scheme() -> str:
    said = names(Text("หน่วยงานผู้ดูแลโครงสร้าง", "agencies"))
    item = f'<str:Agency id="{AGENCY}">{names(Text("หมุดหมาย", "Mudmai"))}</str:Agency>'
    whole = f'<str:AgencyScheme id="AGENCIES" version="{VERSION}" agencyID="SDMX" isFinal="false">'
    return f"{whole}{said}{item}</str:AgencyScheme>"


def _dataflow(flow: Flow) -> str:
    dataset = flow.record.dataset
    said = names(dataset.title) + descriptions(dataset.notes)
    link = reference("DataStructure", "datastructure", flow.structure)
    return f"<str:Dataflow {_maintainable(flow.id)}>{said}<str:Structure>{link}</str:Structure></str:Dataflow>"


def _codelist(one: Codelist) -> str:
    codes = "".join(
        f'<str:Code id="{code.id}">{names(code.name)}'
        + (f'<str:Parent><Ref id="{code.parent}"/></str:Parent>' if code.parent else "")
        + "</str:Code>"
        for code in one.codes
    )
    return f"<str:Codelist {_maintainable(one.id)}>{names(one.name)}{codes}</str:Codelist>"


def _concepts(flow: Flow) -> str:
    parts = (
        *flow.dimensions,
        Component(TIME, Text("ช่วงเวลา (ค.ศ.)", "period (Common Era)")),
        Component(MEASURE, Text("ค่า", "value")),
        *flow.series_attributes,
        *flow.observation_attributes,
    )
    items = "".join(f'<str:Concept id="{part.id}">{names(part.name)}</str:Concept>' for part in parts)
    title = flow.record.dataset.title
    return f"<str:ConceptScheme {_maintainable(flow.concepts)}>{names(title)}{items}</str:ConceptScheme>"


def _structure(flow: Flow) -> str:
    dimensions = "".join(
        f'<str:Dimension id="{part.id}" position="{at}">{_identity(flow, part.id)}{_coded(part)}</str:Dimension>'
        for at, part in enumerate(flow.dimensions, start=1)
    )
    time = (
        f'<str:TimeDimension id="{TIME}" position="{len(flow.dimensions) + 1}">{_identity(flow, TIME)}'
        '<str:LocalRepresentation><str:TextFormat textType="ObservationalTimePeriod"/></str:LocalRepresentation>'
        "</str:TimeDimension>"
    )
    of_series = '<str:Dimension><Ref id="INDICATOR"/></str:Dimension>'
    of_value = f'<str:PrimaryMeasure><Ref id="{MEASURE}"/></str:PrimaryMeasure>'
    attributes = "".join(_attribute(flow, part, of_series, True) for part in flow.series_attributes)
    attributes += "".join(
        _attribute(flow, part, of_value, part.id == "OBS_STATUS") for part in flow.observation_attributes
    )
    measure = f'<str:PrimaryMeasure id="{MEASURE}">{_identity(flow, MEASURE)}</str:PrimaryMeasure>'
    return (
        f"<str:DataStructure {_maintainable(flow.structure)}>{names(flow.record.dataset.title)}"
        "<str:DataStructureComponents>"
        f'<str:DimensionList id="DimensionDescriptor">{dimensions}{time}</str:DimensionList>'
        f'<str:AttributeList id="AttributeDescriptor">{attributes}</str:AttributeList>'
        f'<str:MeasureList id="MeasureDescriptor">{measure}</str:MeasureList>'
        "</str:DataStructureComponents></str:DataStructure>"
    )


def _attribute(flow: Flow, part: Component, relation: str, mandatory: bool) -> str:
    status = "Mandatory" if mandatory else "Conditional"
    return (
        f'<str:Attribute id="{part.id}" assignmentStatus="{status}">{_identity(flow, part.id)}{_coded(part)}'
        f"<str:AttributeRelationship>{relation}</str:AttributeRelationship></str:Attribute>"
    )


def _identity(flow: Flow, concept: str) -> str:
    return f"<str:ConceptIdentity>{reference('Concept', 'conceptscheme', concept, flow.concepts)}</str:ConceptIdentity>"


def _coded(part: Component) -> str:
    if part.codes is None:
        return '<str:LocalRepresentation><str:TextFormat textType="String"/></str:LocalRepresentation>'
    link = reference("Codelist", "codelist", part.codes.id)
    return f"<str:LocalRepresentation><str:Enumeration>{link}</str:Enumeration></str:LocalRepresentation>"
