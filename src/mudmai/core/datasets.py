"""Datasets: what a catalogue says about figures, and what a release holds of them.

A :class:`Dataset` is metadata, declared in a pack or entered by a data officer: who publishes, whom to ask, under what
licence, how often it is renewed, and which class it is in. A :class:`Holding` is what one release really has of it. The
vocabularies (:class:`DataType`, :class:`GeoUnit` ...) are those of the Thai government data catalogue; their Thai words
are the values that its harvester expects. Only datasets of the class ``open`` ever leave through a standard door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mudmai.core.checks import CheckRule, FieldRule
from mudmai.core.disclosure import DisclosureRule
from mudmai.core.language import Text, same
from mudmai.core.periods import Period


class DataClass(StrEnum):
    """Who may read a dataset."""

    OPEN = "open"
    """Everybody; served by the doors."""
    SHARED = "shared"
    """Organisations that were let in."""
    INTERNAL = "internal"
    """Its own organisation."""


class DataType(StrEnum):
    """What kind of data it is (``data_type`` of the government catalogue)."""

    RECORDS = "records"
    STATISTICS = "statistics"
    GEOSPATIAL = "geospatial"
    MIXED = "mixed"
    OTHER = "other"

    @property
    def label(self) -> Text:
        """The kind in words; Thai as the government catalogue writes it."""
        return _TYPES[self]


_TYPES = {
    DataType.RECORDS: Text("ข้อมูลระเบียน", "records"),
    DataType.STATISTICS: Text("ข้อมูลสถิติ", "statistics"),
    DataType.GEOSPATIAL: Text("ข้อมูลภูมิสารสนเทศเชิงพื้นที่", "geospatial data"),
    DataType.MIXED: Text("ข้อมูลหลากหลายประเภท", "several kinds"),
    DataType.OTHER: Text("ข้อมูลประเภทอื่นๆ", "other"),
}


class Governance(StrEnum):
    """Category under public data governance (``data_category``)."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SECURITY = "security"
    CLASSIFIED = "classified"

    @property
    def label(self) -> Text:
        """The category in words; Thai as the government catalogue writes it."""
        return _GOVERNANCE[self]


_GOVERNANCE = {
    Governance.PUBLIC: Text("ข้อมูลสาธารณะ", "public data"),
    Governance.PERSONAL: Text("ข้อมูลส่วนบุคคล", "personal data"),
    Governance.SECURITY: Text("ข้อมูลความมั่นคง", "security data"),
    Governance.CLASSIFIED: Text("ข้อมูลความลับทางราชการ", "classified data"),
}


class UpdateUnit(StrEnum):
    """How often it is renewed (``update_frequency_unit``)."""

    UNKNOWN = "unknown"
    YEAR = "year"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    WORKING_DAY = "working_day"
    HOUR = "hour"
    MINUTE = "minute"
    REAL_TIME = "real_time"
    NEVER = "never"

    @property
    def label(self) -> Text:
        """The unit in words; Thai as the government catalogue writes it."""
        return _UPDATES[self]


_UPDATES = {
    UpdateUnit.UNKNOWN: Text("ไม่ทราบ", "unknown"),
    UpdateUnit.YEAR: Text("ปี", "year"),
    UpdateUnit.HALF_YEAR: Text("ครึ่งปี", "half year"),
    UpdateUnit.QUARTER: Text("ไตรมาส", "quarter"),
    UpdateUnit.MONTH: Text("เดือน", "month"),
    UpdateUnit.WEEK: Text("สัปดาห์", "week"),
    UpdateUnit.DAY: Text("วัน", "day"),
    UpdateUnit.WORKING_DAY: Text("วันทำการ", "working day"),
    UpdateUnit.HOUR: Text("ชั่วโมง", "hour"),
    UpdateUnit.MINUTE: Text("นาที", "minute"),
    UpdateUnit.REAL_TIME: Text("ตามเวลาจริง", "real time"),
    UpdateUnit.NEVER: Text("ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล", "not renewed after collection"),
}


class GeoUnit(StrEnum):
    """The finest area for which there are figures (``geo_coverage``)."""

    NONE = "none"
    WORLD = "world"
    CONTINENT = "continent"
    ECONOMIC_GROUP = "economic_group"
    COUNTRY = "country"
    REGION = "region"
    PROVINCE = "province"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    VILLAGE = "village"
    MUNICIPALITY = "municipality"
    POINT = "point"

    @property
    def label(self) -> Text:
        """The area in words; Thai as the government catalogue writes it."""
        return _GEO[self]


_GEO = {
    GeoUnit.NONE: Text("ไม่มี", "none"),
    GeoUnit.WORLD: Text("โลก", "world"),
    GeoUnit.CONTINENT: Text("ทวีป/กลุ่มประเทศในทวีป", "continent"),
    GeoUnit.ECONOMIC_GROUP: Text("กลุ่มประเทศทางเศรษฐกิจ", "economic group"),
    GeoUnit.COUNTRY: Text("ประเทศ", "country"),
    GeoUnit.REGION: Text("ภาค", "region"),
    GeoUnit.PROVINCE: Text("จังหวัด", "province"),
    GeoUnit.DISTRICT: Text("อำเภอ", "district"),
    GeoUnit.SUBDISTRICT: Text("ตำบล", "subdistrict"),
    GeoUnit.VILLAGE: Text("หมู่บ้าน", "village"),
    GeoUnit.MUNICIPALITY: Text("เทศบาล/อบต.", "municipality"),
    GeoUnit.POINT: Text("พิกัด", "coordinates"),
}


class Objective(StrEnum):
    """What the data is kept for (``objective``)."""

    NATIONAL_STRATEGY = "national_strategy"
    NATIONAL_PLAN = "national_plan"
    MASTER_PLAN = "master_plan"
    GOVERNMENT_POLICY = "government_policy"
    PUBLIC_SERVICE = "public_service"
    LAW = "law"
    MISSION = "mission"
    INTERNATIONAL_INDEX = "international_index"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Text:
        """The purpose in words; Thai as the government catalogue writes it."""
        return _OBJECTIVES[self]


_OBJECTIVES = {
    Objective.NATIONAL_STRATEGY: Text("ยุทธศาสตร์ชาติ", "the national strategy"),
    Objective.NATIONAL_PLAN: Text("แผนพัฒนาเศรษฐกิจและสังคมแห่งชาติ", "the national development plan"),
    Objective.MASTER_PLAN: Text("แผนแม่บทภายใต้ยุทธศาสตร์ชาติ", "a master plan under the national strategy"),
    Objective.GOVERNMENT_POLICY: Text("นโยบายรัฐบาล/ข้อสั่งการนายกรัฐมนตรี", "government policy"),
    Objective.PUBLIC_SERVICE: Text("เพื่อการให้บริการประชาชน", "service to the public"),
    Objective.LAW: Text("กฎหมายที่เกี่ยวข้อง", "a law"),
    Objective.MISSION: Text("พันธกิจหน่วยงาน", "the organisation's mission"),
    Objective.INTERNATIONAL_INDEX: Text("ดัชนี/ตัวชี้วัดระดับนานาชาติ", "an international index"),
    Objective.UNKNOWN: Text("ไม่ทราบ", "unknown"),
}


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms of use: ``spdx`` and ``url`` where the world has a name and an address for them (else empty, None)."""

    id: str
    title: Text
    spdx: str = ""
    url: str | None = None


_CC = "https://creativecommons.org"
LICENCES: Mapping[str, Licence] = {
    one.id: one
    for one in (
        Licence("not-stated", Text("ไม่ได้ระบุเงื่อนไขการใช้", "terms of use not stated")),
        Licence("cc0", same("CC0 1.0"), "CC0-1.0", f"{_CC}/publicdomain/zero/1.0/"),
        Licence("cc-by", same("CC BY 4.0"), "CC-BY-4.0", f"{_CC}/licenses/by/4.0/"),
        Licence("cc-by-sa", same("CC BY-SA 4.0"), "CC-BY-SA-4.0", f"{_CC}/licenses/by-sa/4.0/"),
        Licence("cc-by-nc", same("CC BY-NC 4.0"), "CC-BY-NC-4.0", f"{_CC}/licenses/by-nc/4.0/"),
        Licence("odc-pddl", same("ODC PDDL 1.0"), "PDDL-1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
        Licence("dga-ogl", Text("สัญญาอนุญาตข้อมูลเปิดภาครัฐ (สพร.)", "DGA Open Government License")),
    )
}
"""Known terms of use by id."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A publisher."""

    id: str
    name: Text
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: a unit of an organisation (never a person by name) and its address for mail."""

    name: Text
    email: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Metadata of one dataset.

    ``id`` is lower-case letters, digits and hyphens (it stands in addresses). ``series`` are the series it holds and
    ``tables`` the names under which releases keep its rows (``<pack>/<file stem>`` for starter data). ``licence`` is a
    key of :data:`LICENCES`. ``interval`` counts ``update`` units between two renewals.
    """

    id: str
    title: Text
    notes: Text
    publisher: Organisation
    contact: Contact
    licence: str
    tags: tuple[Text, ...]
    objectives: tuple[Objective, ...]
    update: UpdateUnit
    geo_unit: GeoUnit
    data_source: Text
    series: tuple[str, ...]
    tables: tuple[str, ...]
    data_class: DataClass = DataClass.OPEN
    data_type: DataType = DataType.STATISTICS
    governance: Governance = Governance.PUBLIC
    interval: int = 1
    official_statistics: bool = False
    url: str | None = None
    fields: tuple[FieldRule, ...] = ()
    """Constraints of columns (``schema`` in packs)."""
    checks: tuple[CheckRule, ...] = ()
    """Checks of files that are sent in; empty: :data:`mudmai.core.checks.DEFAULT_RULES`."""
    disclosure: DisclosureRule | None = None
    """Small counts are hidden before anything of the dataset is public; None: nothing has to be hidden."""

    @property
    def is_open(self) -> bool:
        """True when everybody may read it: the class is open and the category is public."""
        return self.data_class is DataClass.OPEN and self.governance is Governance.PUBLIC

    def holds(self, table: str) -> bool:
        """True when a release's ``table`` has rows of it: one of its own, or ``<table>@<organisation>`` of a second
        publisher."""
        return table.partition("@")[0] in self.tables


@dataclass(frozen=True)
class Holding:
    """What one release holds of a dataset; counts are rows of observations, ``missing`` those without a value.

    ``areas`` are the codes with rows, by area system, in the system's order; ``first``/``last`` the outermost periods
    by the day they start (None without rows). ``issued`` is when the first release with it was published, ``modified``
    when the rows as they are now were.
    """

    release: str
    rows: int = 0
    missing: int = 0
    series: tuple[str, ...] = ()
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()
    first: Period | None = None
    last: Period | None = None
    issued: datetime | None = None
    modified: datetime | None = None
    sources: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()

    @property
    def filled(self) -> float:
        """Share (0..1) of rows that have a value; 0 without rows."""
        return (self.rows - self.missing) / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class DatasetRecord:
    """A dataset as a release has it: its metadata and what is there. ``fiscal_start`` is its pack's fiscal month."""

    dataset: Dataset
    holding: Holding
    pack: str = ""
    fiscal_start: int = 10

    @property
    def id(self) -> str:
        """The dataset's id."""
        return self.dataset.id


def frequency_of_update(dataset: Dataset) -> Text:
    """How often, in words.

    >>> frequency_of_update(_EXAMPLE).en
    'every 2 years'
    """
    if dataset.update in (UpdateUnit.UNKNOWN, UpdateUnit.NEVER, UpdateUnit.REAL_TIME):
        return dataset.update.label
    unit = dataset.update.label
    if dataset.interval == 1:
        return Text(f"ทุก{unit.th}", f"every {unit.en}")
    return Text(f"ทุก {dataset.interval} {unit.th}", f"every {dataset.interval} {unit.en}s")


_EXAMPLE = Dataset(
    id="toy",
    title=same("toy"),
    notes=same(""),
    publisher=Organisation("toys", same("Toys")),
    contact=Contact(same("desk"), "desk@example.org"),
    licence="cc0",
    tags=(),
    objectives=(),
    update=UpdateUnit.YEAR,
    geo_unit=GeoUnit.COUNTRY,
    data_source=same(""),
    series=(),
    tables=(),
    interval=2,
)
