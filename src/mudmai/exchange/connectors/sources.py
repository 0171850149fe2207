"""What a connection may fetch from, as plain data that is checked when it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.exchange.connectors.faults import setting_fault

Kind = Literal["ckan", "sdmx", "url", "folder"]

KIND_TITLES: Mapping[Kind, Text] = {
    "ckan": Text("แคตตาล็อก CKAN", "CKAN catalogue"),
    "sdmx": Text("บริการสถิติ SDMX", "SDMX service"),
    "url": Text("ที่อยู่ของไฟล์ (URL)", "Address of a file (URL)"),
    "folder": Text("โฟลเดอร์ในเครื่องแม่ข่าย", "Folder on the server"),
}
_LONGEST = 2000
_NAME = re.compile(r"[A-Za-z0-9_@$.-]{1,200}")
_KEY = re.compile(r"[A-Za-z0-9_@$.,*+-]{1,1000}")
_PERIOD = re.compile(r"[0-9]{4}(-[0-9A-Z-]{1,12})?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


@dataclass(frozen=True, slots=True)
class UrlSource:
    """One file behind an address. ``key_header``: the header in which a secret is sent, where the source wants one."""

    kind: ClassVar[Kind] = "url"
    url: str
    key_header: str = "Authorization"


@dataclass(frozen=True, slots=True)
class CkanSource:
    """A resource of a CKAN portal: by its id, or as ``name`` (or format) inside ``package``.

    ``rows``: read the rows of the DataStore even when there is a file.
    """

    kind: ClassVar[Kind] = "ckan"
    portal: str
    resource: str = ""
    package: str = ""
    name: str = ""
    rows: bool = False
    key_header: str = "Authorization"


@dataclass(frozen=True, slots=True)
class SdmxSource:
    """A dataflow of an SDMX 2.1 REST service below ``root``; ``key`` as in a data query (empty: all series).

    ``form``: which of its messages to ask for; by default whichever the service gives, XML first.
    """

    kind: ClassVar[Kind] = "sdmx"
    root: str
    flow: str
    agency: str = ""
    version: str = ""
    key: str = ""
    start: str = ""
    end: str = ""
    form: Literal["any", "xml", "csv", "json"] = "any"
    key_header: str = "Authorization"


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The newest file in ``folder`` whose name fits ``pattern`` (``*`` and ``?``)."""

    kind: ClassVar[Kind] = "folder"
    folder: str
    pattern: str = "*"


Source = UrlSource | CkanSource | SdmxSource | FolderSource
SOURCES: Mapping[str, type[Source]] = {one.kind: one for one in (CkanSource, SdmxSource, UrlSource, FolderSource)}


def read_source(kind: str, settings: Mapping[str, Any]) -> Source:
    """A checked source; raises :class:`InputError` (``connection_setting``) naming the field at fault.

    >>> read_source("url", {"url": "https://data.example.go.th/a.csv"}).url
    'https://data.example.go.th/a.csv'
    """
    if kind not in SOURCES:
        raise UnknownNameError(Text("ชนิดของแหล่งข้อมูล", "kind of source"), kind, list(SOURCES))
    made = SOURCES[kind]
    known = set(made.__dataclass_fields__)
    unknown = sorted(set(settings) - known)
    if unknown:
        raise UnknownNameError(Text("ค่าของการเชื่อมต่อ", "setting of a connection"), unknown[0], sorted(known))
    given = {name: value.strip() if isinstance(value, str) else value for name, value in settings.items()}
    for name, value in given.items():
        wanted: type = bool if name == "rows" else str
        if not isinstance(value, wanted) or len(str(value)) > _LONGEST or not str(value).isprintable():
            raise setting_fault(name, f"ค่าของ {name} ใช้ไม่ได้", f"the value of {name} cannot be used")
    required = {"ckan": ("portal",), "sdmx": ("root", "flow"), "url": ("url",), "folder": ("folder",)}[kind]
    for name in required:
        if not given.get(name):
            raise setting_fault(name, f"ต้องระบุ {name}", f"{name} is needed")
    if given.get("key_header") == "":
        del given["key_header"]
    if given.get("form") == "":
        del given["form"]
    found = made(**given)  # type: ignore[arg-type]  # each value was checked above
    _check(found)
    return found


def plain_settings(source: Source) -> dict[str, Any]:
    """The source as JSON-ready settings; the inverse of :func:`read_source`. There is never a secret in them."""
    return asdict(source)


def _check(source: Source) -> None:
    if isinstance(source, FolderSource):
        _check_folder(source)
        return
    if not _HEADER.fullmatch(source.key_header):
        raise setting_fault("key_header", "ชื่อหัวข้อของกุญแจใช้ไม่ได้", "the name of the key's header cannot be used")
    if isinstance(source, UrlSource):
        check_address(source.url, "url")
    elif isinstance(source, CkanSource):
        check_address(source.portal, "portal")
        if not source.resource and not source.package:
            raise setting_fault(
                "resource", "ต้องระบุรหัสทรัพยากรหรือชื่อชุดข้อมูล", "the id of a resource or the name of a package is needed"
            )
    else:
        check_address(source.root, "root")
        _check_flow(source)


def _check_flow(source: SdmxSource) -> None:
    for name in ("flow", "agency", "version"):
        value = getattr(source, name)
        if value and not _NAME.fullmatch(value):
            raise setting_fault(name, f"“{value}” ไม่ใช่รหัสของ SDMX", f"“{value}” is no SDMX identifier")
    if source.key and not _KEY.fullmatch(source.key):
        raise setting_fault("key", f"“{source.key}” ไม่ใช่กุญแจของ SDMX", f"“{source.key}” is no SDMX key")
    for name in ("start", "end"):
        value = getattr(source, name)
        if value and not _PERIOD.fullmatch(value):
            raise setting_fault(name, "เขียนปี ค.ศ. เช่น 2015", "write a CE year such as 2015")
    if source.form not in ("any", "xml", "csv", "json"):
        raise setting_fault("form", "ใช้ any, xml, csv หรือ json", "use any, xml, csv or json")


def _check_folder(source: FolderSource) -> None:
    if not source.folder.startswith("/"):
        raise setting_fault("folder", "ใช้ที่อยู่เต็มของโฟลเดอร์", "give the full path of the folder")
    if not source.pattern or "/" in source.pattern or "\\" in source.pattern:
        raise setting_fault("pattern", "รูปแบบชื่อต้องไม่มี /", "a pattern of names has no slash")


def check_address(address: str, field: str) -> None:
    """Only ``http`` and ``https`` with a host and without a password in it."""
    try:
        parts = urlsplit(address)
        port_ok = parts.port is None or parts.port > 0
    except ValueError:
        raise setting_fault(field, "ที่อยู่เว็บอ่านไม่ได้", "the web address cannot be read") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_ok:
        raise setting_fault(
            field, "ที่อยู่เว็บต้องขึ้นต้นด้วย https:// หรือ http://", "a web address begins with https:// or http://"
        )
    if parts.username or parts.password:
        raise setting_fault(
            field,
            "อย่าใส่รหัสผ่านในที่อยู่ ใช้ช่องกุญแจลับ",
            "no password belongs into an address; use the field for the secret",
        )
