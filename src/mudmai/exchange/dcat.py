"""The catalogue as DCAT-AP 3: Turtle, JSON-LD and RDF/XML, made with rdflib.

Every node has a name (no blank nodes), so that equal content gives equal text. Names of datasets do not carry a
release; addresses of files do when one was asked for. Source: W3C DCAT 3; SEMIC DCAT-AP 3.0.1 and its SHACL shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from mudmai.core.datasets import LICENCES, Dataset, DatasetRecord, Organisation, UpdateUnit
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.addresses import Addresses
from mudmai.exchange.dataset_files import MOST_SHEET_ROWS
from mudmai.exchange.register_files import REGISTER_FILES, register_file, register_page

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

Form = Literal["ttl", "jsonld", "rdf"]

MEDIA_TYPES: dict[Form, str] = {
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
}

_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types"
_FREQUENCIES = {
    UpdateUnit.YEAR: "ANNUAL",
    UpdateUnit.HALF_YEAR: "ANNUAL_2",
    UpdateUnit.QUARTER: "QUARTERLY",
    UpdateUnit.MONTH: "MONTHLY",
    UpdateUnit.WEEK: "WEEKLY",
    UpdateUnit.DAY: "DAILY",
    UpdateUnit.WORKING_DAY: "WORKING_DAYS",
    UpdateUnit.HOUR: "HOURLY",
    UpdateUnit.REAL_TIME: "CONT",
    UpdateUnit.NEVER: "NEVER",
}
_FILES = (
    ("csv", "/data.csv", "text/csv", "CSV", Text("ตารางข้อมูล (CSV)", "table (CSV)")),
    ("xlsx", "/data.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX",
     Text("สมุดงานพร้อมคำอธิบาย (Excel)", "workbook with notes (Excel)")),
    ("geojson", "/data.geojson", "application/geo+json", "GEOJSON",
     Text("ค่าล่าสุดบนแผนที่ (GeoJSON)", "latest values on a map (GeoJSON)")),
    ("package", "/datapackage.zip", "application/zip", "ZIP",
     Text("ชุดข้อมูลพร้อมโครงสร้าง (Data Package)", "data package (Frictionless)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """A door as a data service: where it is and what describes it."""

    id: str
    title: Text
    endpoint: str
    description: str
    conforms_to: str


SERVICES = (
    Service("ckan", Text("CKAN Action API", "CKAN Action API"), "/api/3/action/", "/api/3/action/status_show",
            "https://docs.ckan.org/en/latest/api/"),
    Service("sdmx", Text("บริการข้อมูลสถิติ SDMX 2.1", "SDMX 2.1 REST"), "/sdmx/", "/sdmx/dataflow",
            "https://sdmx.org/"),
    Service("ogc", Text("บริการแผนที่ OGC API Features", "OGC API Features"), "/ogc", "/ogc/api",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"),
)  # fmt: skip


def write_catalogue(
    records: Iterable[DatasetRecord],
    catalogue: Catalogue,
    to: Addresses,
    form: Form,
    registers: Mapping[str, str] | None = None,
) -> bytes:
    """The whole catalogue: its datasets with their distributions, and the doors as data services.

    ``registers``: dataset → the scheme whose register it is counted from; the list is a distribution too.
    """
    maker = _Maker(catalogue, to, registers or {})
    maker.catalogue_node(tuple(records))
    return maker.text(form)


def write_dataset(
    record: DatasetRecord,
    catalogue: Catalogue,
    to: Addresses,
    form: Form,
    registers: Mapping[str, str] | None = None,
) -> bytes:
    """One dataset with its distributions; ``registers`` as for :func:`write_catalogue`."""
    maker = _Maker(catalogue, to, registers or {})
    maker.dataset_node(record)
    return maker.text(form)


class _Maker:
    """One graph being made."""

    def __init__(self, catalogue: Catalogue, to: Addresses, registers: Mapping[str, str]) -> None:
        from rdflib import Graph, Namespace  # half a second of imports, only where RDF is asked for
        from rdflib.namespace import DCTERMS, FOAF, SKOS

        self.catalogue, self.to, self.registers = catalogue, to, registers
        self.graph: Graph = Graph(bind_namespaces="core")
        # rdflib's own DCAT does not know the terms of version 3 yet
        self.dcat, self.vcard = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://www.w3.org/2006/vcard/ns#")
        self.dct, self.foaf, self.skos = DCTERMS, FOAF, SKOS
        for prefix in ("dcat", "dct", "foaf", "skos", "vcard"):
            self.graph.bind(prefix, getattr(self, prefix))

    def text(self, form: Form) -> bytes:
        """The graph written down."""
        if form == "jsonld":
            said = self.graph.serialize(format="json-ld", auto_compact=True, ensure_ascii=False, sort_keys=True)
            return said.encode("utf-8")
        return self.graph.serialize(format={"ttl": "turtle", "rdf": "pretty-xml"}[form], encoding="utf-8")

    # ------------------------------------------------------------------ nodes
    def catalogue_node(self, records: tuple[DatasetRecord, ...]) -> None:
        """The catalogue with everything in it."""
        here = self._typed(self.to.name("/catalog"), self.dcat.Catalog)
        title = Text("รายการข้อมูลเปิดของหมุดหมาย", "Open data catalogue of Mudmai")
        told = Text(
            "ชุดข้อมูลเปิดที่ใช้ติดตามและประเมินผลแผนพัฒนาพื้นที่และเมือง พร้อมแหล่งที่มาของทุกค่า",
            "Open datasets with which plans of areas and cities are followed and judged, every value with its source",
        )
        self._both(here, self.dct.title, title)
        self._both(here, self.dct.description, told)
        site = Organisation("site", Text("หมุดหมาย", "Mudmai"), self.to.base)
        self.graph.add((here, self.dct.publisher, self._agent(site)))
        self.graph.add((here, self.foaf.homepage, self._typed(f"{self.to.base}/", self.foaf.Document)))
        self._languages(here)
        for record in records:
            self.graph.add((here, self.dcat.dataset, self.dataset_node(record)))
        for service in SERVICES:
            self.graph.add((here, self.dcat.service, self._service(service, records)))
        self._dates(here, [r.holding.issued for r in records], [r.holding.modified for r in records])

    def dataset_node(self, record: DatasetRecord) -> URIRef:
        """One dataset."""
        from rdflib import Literal, URIRef

        dataset, holding = record.dataset, record.holding
        here = self._typed(self._name_of(record), self.dcat.Dataset)
        self._both(here, self.dct.title, dataset.title)
        self._both(here, self.dct.description, dataset.notes)
        self.graph.add((here, self.dct.identifier, Literal(dataset.id)))
        self.graph.add((here, self.dcat.version, Literal(holding.release)))
        self.graph.add((here, self.dct.publisher, self._agent(dataset.publisher)))
        self.graph.add((here, self.dcat.contactPoint, self._contact(record)))
        for tag in dataset.tags:
            self._both(here, self.dcat.keyword, tag)
        self._languages(here)
        self._concept(here, self.dct.accessRights, f"{_EU}/access-right/PUBLIC", self.dct.RightsStatement)
        frequency = _frequency(dataset)
        self._concept(here, self.dct.accrualPeriodicity, f"{_EU}/frequency/{frequency}", self.dct.Frequency)
        self._both(self._part(record, here, self.dct.provenance, "provenance", self.dct.ProvenanceStatement),
                   self.skos.prefLabel, dataset.data_source)  # fmt: skip
        if dataset.url:
            self.graph.add((here, self.dcat.landingPage, self._typed(dataset.url, self.foaf.Document)))
        self._coverage(here, record)
        self._dates(here, [holding.issued], [holding.modified])
        for kind, path, media, written, title in _FILES:
            if kind != "xlsx" or holding.rows <= MOST_SHEET_ROWS:
                node = self._distribution(here, record, kind, self.to.dataset(record.id, path), title, media, written)
                self.graph.add((node, self.dcat.downloadURL, URIRef(self.to.dataset(record.id, path))))
        sdmx = self.to.at(f"/sdmx/data/{sdmx_name(record.id)}")
        said = Text("ข้อมูลสถิติ (SDMX-ML)", "statistical data (SDMX-ML)")
        media = "application/vnd.sdmx.genericdata+xml"
        self._distribution(here, record, "sdmx", sdmx, said, media, "XML")
        if scheme := self.registers.get(record.id):
            self._register(here, record, scheme)
        return here

    def _register(self, dataset: URIRef, record: DatasetRecord, scheme: str) -> None:
        """The list that the figures are counted from, as it is today: without the dates of a release."""
        from rdflib import URIRef

        page = self.to.name(register_page(scheme))
        for one in REGISTER_FILES:
            node = self._distribution(
                dataset, record, one.kind, page, one.title, one.media, one.written, is_dated=False
            )  # fmt: skip
            self.graph.add((node, self.dcat.downloadURL, URIRef(self.to.name(register_file(scheme, one.form)))))

    def _distribution(
        self,
        dataset: URIRef,
        record: DatasetRecord,
        kind: str,
        url: str,
        title: Text,
        media: str,
        written: str,
        *,
        is_dated: bool = True,
    ) -> URIRef:
        from rdflib import URIRef

        here = self._part(record, dataset, self.dcat.distribution, kind, self.dcat.Distribution)
        self._both(here, self.dct.title, title)
        self.graph.add((here, self.dcat.accessURL, URIRef(url)))
        self._concept(here, self.dcat.mediaType, f"{_IANA}/{media}", self.dct.MediaType)
        self._concept(here, self.dct["format"], f"{_EU}/file-type/{written}", self.dct.MediaTypeOrExtent)
        licence = LICENCES[record.dataset.licence]
        node = self._typed(licence.url or self.to.name(f"/catalog#licence-{licence.id}"), self.dct.LicenseDocument)
        self._both(node, self.dct.title, licence.title)
        self.graph.add((here, self.dct.license, node))
        if is_dated:
            self._dates(here, [record.holding.issued], [record.holding.modified])
        return here

    def _service(self, service: Service, records: tuple[DatasetRecord, ...]) -> URIRef:
        from rdflib import RDFS, URIRef

        here = self._typed(self.to.name(f"/catalog#service-{service.id}"), self.dcat.DataService)
        self._both(here, self.dct.title, service.title)
        self._concept(here, self.dcat.endpointURL, self.to.name(service.endpoint), RDFS.Resource)
        self._concept(here, self.dcat.endpointDescription, self.to.name(service.description), RDFS.Resource)
        self.graph.add((here, self.dct.conformsTo, self._typed(service.conforms_to, self.dct.Standard)))
        for record in records:
            self.graph.add((here, self.dcat.servesDataset, URIRef(self._name_of(record))))
        return here

    def _agent(self, one: Organisation) -> URIRef:
        from rdflib import URIRef

        here = self._typed(self.to.name(f"/catalog#organisation-{one.id}"), self.foaf.Agent)
        self._both(here, self.foaf.name, one.name)
        if one.url:
            self.graph.add((here, self.foaf.homepage, URIRef(one.url)))
        return here

    def _contact(self, record: DatasetRecord) -> URIRef:
        from rdflib import URIRef

        contact = record.dataset.contact
        here = self._typed(f"{self._name_of(record)}#contact", self.vcard.Organization)
        self._typed(str(here), self.vcard.Kind)  # what validators without inference look for
        self._both(here, self.vcard.fn, contact.name)
        self.graph.add((here, self.vcard.hasEmail, URIRef(f"mailto:{contact.email}")))
        return here

    def _coverage(self, here: URIRef, record: DatasetRecord) -> None:
        from rdflib import XSD, Literal

        holding = record.holding
        for name in holding.areas:
            for area in self.catalogue.area_system(name).areas:
                if area.parent is None:
                    place = self._typed(self.to.name(f"/catalog#area-{name}-{area.code}"), self.dct.Location)
                    self._both(place, self.skos.prefLabel, area.name)
                    self.graph.add((here, self.dct.spatial, place))
        if holding.first is None or holding.last is None:
            return
        span = self._part(record, here, self.dct.temporal, "period", self.dct.PeriodOfTime)
        first = holding.first.start(record.fiscal_start)
        last = holding.last.shift(1).start(record.fiscal_start) - timedelta(days=1)
        self.graph.add((span, self.dcat.startDate, Literal(first.isoformat(), datatype=XSD.date)))
        self.graph.add((span, self.dcat.endDate, Literal(last.isoformat(), datatype=XSD.date)))

    # ------------------------------------------------------------------ small parts
    def _name_of(self, record: DatasetRecord) -> str:
        return self.to.name(f"/dataset/{record.id}")

    def _typed(self, name: str, kind: URIRef) -> URIRef:
        from rdflib import RDF, URIRef

        node = URIRef(name)
        self.graph.add((node, RDF.type, kind))
        return node

    def _part(self, record: DatasetRecord, whole: URIRef, relation: URIRef, name: str, kind: URIRef) -> URIRef:
        node = self._typed(f"{self._name_of(record)}#{name}", kind)
        self.graph.add((whole, relation, node))
        return node

    def _concept(self, here: URIRef, relation: URIRef, name: str, kind: URIRef) -> None:
        self.graph.add((here, relation, self._typed(name, kind)))

    def _both(self, here: URIRef, relation: URIRef, text: Text) -> None:
        from rdflib import Literal

        self.graph.add((here, relation, Literal(text.th, lang="th")))
        self.graph.add((here, relation, Literal(text.en, lang="en")))

    def _languages(self, here: URIRef) -> None:
        for code in ("THA", "ENG"):
            self._concept(here, self.dct.language, f"{_EU}/language/{code}", self.dct.LinguisticSystem)

    def _dates(self, here: URIRef, issued: Iterable[object], modified: Iterable[object]) -> None:
        from datetime import datetime

        from rdflib import XSD, Literal

        first = min((d for d in issued if isinstance(d, datetime)), default=None)
        last = max((d for d in modified if isinstance(d, datetime)), default=None)
        for relation, when in ((self.dct.issued, first), (self.dct.modified, last)):
            if when is not None:
                self.graph.add((here, relation, Literal(when.isoformat(), datatype=XSD.dateTime)))


def sdmx_name(dataset: str) -> str:
    """The id of the dataset's dataflow.

    >>> sdmx_name("labour-force")
    'LABOUR_FORCE'
    """
    return dataset.upper().replace("-", "_")


def _frequency(dataset: Dataset) -> str:
    """The code of the EU's frequency vocabulary."""
    if dataset.update is UpdateUnit.YEAR and dataset.interval > 1:
        return {2: "BIENNIAL", 3: "TRIENNIAL", 5: "QUINQUENNIAL", 10: "DECENNIAL"}.get(dataset.interval, "IRREG")
    if dataset.interval == 1 and dataset.update in _FREQUENCIES:
        return _FREQUENCIES[dataset.update]
    return "UNKNOWN" if dataset.update is UpdateUnit.UNKNOWN else "OTHER"
