"""Data messages: generic and structure-specific SDMX-ML 2.1, and SDMX-CSV 1.0, series by series."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from mudmai.core.observations import read_dims
from mudmai.exchange.sdmx.flow import AGENCY, MEASURE, TIME, VERSION, Component, Flow
from mudmai.exchange.sdmx.xml import attribute, header, opening, reference
from mudmai.exchange.tables import safe_text

if TYPE_CHECKING:
    import pyarrow as pa

Detail = Literal["full", "dataonly", "serieskeysonly", "nodata"]
Format = Literal["generic", "structurespecific", "csv"]

MEDIA_TYPES: Mapping[Format, str] = {
    "generic": "application/vnd.sdmx.genericdata+xml; version=2.1; charset=utf-8",
    "structurespecific": "application/vnd.sdmx.structurespecificdata+xml; version=2.1; charset=utf-8",
    "csv": "application/vnd.sdmx.data+csv; version=1.0.0; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class DataSeries:
    """One series: its key in the order of the dimensions, its attributes, its observations in order of time.

    An observation is (period, value or None, attributes by id); a missing value is None and never zero.
    """

    key: tuple[str, ...]
    attributes: Mapping[str, str]
    observations: tuple[tuple[str, float | None, Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """How an answer is cut: its detail, and the first or last observations of each series."""

    detail: Detail = "full"
    first: int | None = None
    last: int | None = None
    flat: bool = False
    """All dimensions stand at the observation (``dimensionAtObservation=AllDimensions``)."""

    @property
    def with_values(self) -> bool:
        """True when observations are told."""
        return self.detail in ("full", "dataonly")

    @property
    def with_attributes(self) -> bool:
        """True when attributes are told."""
        return self.detail in ("full", "nodata")


def series_of(flow: Flow, tables: Iterable[pa.Table], asked: Mapping[str, frozenset[str]]) -> Iterator[DataSeries]:
    """The series in these tables (one table for each key of the store); ``asked`` keeps codes of dimensions."""
    for table in tables:
        if not table.num_rows:
            continue
        series = str(table.column("series")[0].as_py())
        dims = dict(read_dims(str(table.column("dims")[0].as_py())))
        units = {"UNIT_MEASURE": _code(flow.series_attributes[0], flow.series[series].unit)}
        rows = table.select(["area", "period", "value", "flag", "source", "method", "locator"]).to_pylist()
        for area, inside in groupby(rows, key=lambda row: row["area"]):
            key = flow.key(series, area, dims)
            named = zip(flow.dimensions, key, strict=True)
            if all(code in asked[part.id] for part, code in named if part.id in asked):
                yield DataSeries(key, units, tuple(_observation(flow, series, row) for row in inside))


def _observation(flow: Flow, series: str, row: Mapping[str, Any]) -> tuple[str, float | None, Mapping[str, str]]:
    one = flow.series[series]
    status, source, method, _ = flow.observation_attributes
    told = {"OBS_STATUS": _code(status, row["flag"])}
    for part, own in ((source, row["source"] or one.source), (method, row["method"] or one.method)):
        code = _code(part, own)
        if code:
            told[part.id] = code
    if row["locator"]:
        told["LOCATOR"] = row["locator"]
    return flow.time(row["period"]), row["value"], told


def _code(part: Component, own: str) -> str:
    assert part.codes is not None
    return part.codes.by_own.get(own, "")


def write(flow: Flow, series: Iterable[DataSeries], form: Format, shape: Shape) -> Iterator[bytes]:
    """The message, piece by piece: a beginning, one piece for each series, an end."""
    writer = {"generic": _generic, "structurespecific": _specific, "csv": _csv}[form]
    for piece in writer(flow, (_cut(one, shape) for one in series), shape):
        yield piece.encode("utf-8")


def _cut(series: DataSeries, shape: Shape) -> DataSeries:
    told, many = series.observations, len(series.observations)
    if shape.first is not None or shape.last is not None:
        before, after = shape.first or 0, many - (shape.last or 0)
        told = tuple(one for at, one in enumerate(told) if at < before or at >= after)
    return DataSeries(series.key, series.attributes if shape.with_attributes else {}, told)


def _number(value: float) -> str:
    """A number in full precision; whole ones without a point."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _structure_of(flow: Flow, shape: Shape, more: str = "") -> str:
    at = "AllDimensions" if shape.flat else TIME
    link = reference("DataStructure", "datastructure", flow.structure)
    return (
        f'<mes:Structure structureID="{flow.structure}"{more} dimensionAtObservation="{at}">'
        f"<com:Structure>{link}</com:Structure></mes:Structure>"
    )


def _generic(flow: Flow, series: Iterable[DataSeries], shape: Shape) -> Iterator[str]:
    yield opening("GenericData", "gen", "com")
    yield header(flow.id, flow.record.holding.modified, _structure_of(flow, shape))
    yield f'<mes:DataSet structureRef="{flow.structure}" action="Replace">'
    for one in series:
        key = [(part.id, code) for part, code in zip(flow.dimensions, one.key, strict=True)]
        if shape.flat:
            yield "".join(_generic_flat(key, one, obs, shape) for obs in one.observations)
        else:
            inside = "".join(_generic_value(obs, shape) for obs in one.observations) if shape.with_values else ""
            named = f"<gen:SeriesKey>{_values(key)}</gen:SeriesKey>{_attributes(one.attributes)}"
            yield f"<gen:Series>{named}{inside}</gen:Series>"
    yield "</mes:DataSet></mes:GenericData>"


def _generic_value(obs: tuple[str, float | None, Mapping[str, str]], shape: Shape) -> str:
    time, value, told = obs
    number = "" if value is None else f'<gen:ObsValue value="{_number(value)}"/>'
    said = _attributes(told) if shape.with_attributes else ""
    return f'<gen:Obs><gen:ObsDimension value="{time}"/>{number}{said}</gen:Obs>'


def _generic_flat(
    key: list[tuple[str, str]], one: DataSeries, obs: tuple[str, float | None, Mapping[str, str]], shape: Shape
) -> str:
    time, value, told = obs
    number = "" if value is None or not shape.with_values else f'<gen:ObsValue value="{_number(value)}"/>'
    said = _attributes({**one.attributes, **told}) if shape.with_attributes else ""
    return f"<gen:Obs><gen:ObsKey>{_values([*key, (TIME, time)])}</gen:ObsKey>{number}{said}</gen:Obs>"


def _values(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<gen:Value id="{name}" value={attribute(code)}/>' for name, code in pairs)


def _attributes(told: Mapping[str, str]) -> str:
    return f"<gen:Attributes>{_values(told.items())}</gen:Attributes>" if told else ""


def _specific(flow: Flow, series: Iterable[DataSeries], shape: Shape) -> Iterator[str]:
    at = "AllDimensions" if shape.flat else TIME
    space = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:{flow.structure}({VERSION})"
    space = f"{space}:ObsLevelDim:{at}"
    yield opening("StructureSpecificData", "ss", "com", "xsi", more=f' xmlns:ns1="{space}"')
    yield header(flow.id, flow.record.holding.modified, _structure_of(flow, shape, f' namespace="{space}"'))
    yield (
        f'<mes:DataSet ss:structureRef="{flow.structure}" xsi:type="ns1:DataSetType" '
        'ss:dataScope="DataStructure" action="Replace">'
    )
    for one in series:
        key = _named(
            {part.id: code for part, code in zip(flow.dimensions, one.key, strict=True)} | dict(one.attributes)
        )
        if shape.flat:
            yield "".join(f"<Obs{key}{_specific_value(obs, shape)}/>" for obs in one.observations)
        else:
            values = one.observations if shape.with_values else ()
            inside = "".join(f"<Obs{_specific_value(obs, shape)}/>" for obs in values)
            yield f"<Series{key}>{inside}</Series>"
    yield "</mes:DataSet></mes:StructureSpecificData>"


def _specific_value(obs: tuple[str, float | None, Mapping[str, str]], shape: Shape) -> str:
    time, value, told = obs
    found = {TIME: time}
    if value is not None and shape.with_values:
        found[MEASURE] = _number(value)
    return _named(found | (dict(told) if shape.with_attributes else {}))


def _named(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={attribute(value)}" for name, value in values.items())


def _csv(flow: Flow, series: Iterable[DataSeries], shape: Shape) -> Iterator[str]:
    attributes = [part.id for part in (*flow.series_attributes, *flow.observation_attributes)]
    told_attributes = attributes if shape.with_attributes else []
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["DATAFLOW", *(part.id for part in flow.dimensions), TIME, MEASURE, *told_attributes])
    yield out.getvalue()
    name = f"{AGENCY}:{flow.id}({VERSION})"
    for one in series:
        out.seek(0)
        out.truncate()
        for time, value, told in one.observations:
            number = "" if value is None or not shape.with_values else _number(value)
            said = {**one.attributes, **told}
            writer.writerow([name, *one.key, time, number, *(safe_text(said.get(a, "")) for a in told_attributes)])
        yield out.getvalue()
