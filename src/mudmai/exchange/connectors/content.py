"""What a fetched file really is: told by its bytes; its claimed type and name are only compared."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from mudmai.core.errors import MudmaiError, Problem
from mudmai.core.language import Text
from mudmai.exchange.connectors.faults import ASK_SOURCE, ConnectorFault
from mudmai.exchange.sheets.formats import ENDINGS, Format, format_of

MEDIA_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.XLSB: "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    Format.XLS: "application/vnd.ms-excel",
    Format.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Format.CSV: "text/csv",
    Format.JSON: "application/json",
    Format.PARQUET: "application/vnd.apache.parquet",
}
_ACCEPTED = {
    Format.CSV: ("text/", "application/csv", "application/vnd.ms-excel", "application/x-csv"),
    Format.JSON: ("application/json", "text/json", "text/plain", "application/geo+json"),
    Format.XLSX: ("application/vnd.openxmlformats", "application/vnd.ms-excel", "application/zip"),
}
_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/force-download",
                 "application/download", "application/x-download")  # fmt: skip


def readable_format(path: Path, claimed: str, name: str) -> tuple[Format, tuple[Problem, ...]]:
    """The format of the file at ``path``, and a warning when the source called it something else.

    A file that is no table at all (a web page with an error, a PDF, a picture) is a ``connection_type`` fault.
    """
    try:
        found = format_of(path)
    except MudmaiError as refused:
        said = f" ({claimed})" if claimed else ""
        raise ConnectorFault(
            "connection_type",
            f"สิ่งที่ได้มาไม่ใช่ตาราง{said}: {refused.message.th}",
            f"what came is no table{said}: {refused.message.en}",
            ASK_SOURCE,
        ) from refused
    return found, _lies(found, claimed.lower(), name)


def _lies(found: Format, claimed: str, name: str) -> tuple[Problem, ...]:
    by_name = ENDINGS.get(PurePosixPath(name).suffix.lower())
    wrong = [PurePosixPath(name).suffix] if by_name is not None and by_name is not found else []
    accepted = _ACCEPTED.get(found, (MEDIA_TYPES[found],))
    if claimed not in _SAYS_NOTHING and not claimed.startswith(accepted):
        wrong.append(claimed)
    if not wrong:
        return ()
    said = ", ".join(wrong)
    return (
        Problem(
            "connection_type",
            Text(
                f"แหล่งข้อมูลบอกว่าเป็น {said} แต่เนื้อหาเป็น {found.value}",
                f"the source says {said}; the content is {found.value}",
            ),
            Text("อ่านตามเนื้อหาจริงแล้ว ควรแจ้งเจ้าของแหล่งข้อมูล", "it was read as what it is; tell the owner of the source"),
        ),
    )


def file_name(address: str, disposition: str = "") -> str:
    """The name of a downloaded file: as the source says, else the last part of its address.

    >>> file_name("https://a.example/d/%E0%B8%81.csv?x=1"), file_name("", 'inline; filename="b.xls"')
    ('ก.csv', 'b.xls')
    """
    told = ""
    if disposition:
        message = Message()
        message["content-disposition"] = disposition.replace("\r", " ").replace("\n", " ")
        told = message.get_filename() or ""
    if not told:
        told = unquote(urlsplit(address).path.rpartition("/")[2])
    plain = re.sub(r"[\x00-\x1f\x7f/\\]", "", told).strip(". ")
    return plain[-150:] or "data"


def name_for(name: str, found: Format) -> str:
    """``name`` with an ending that fits what the file is.

    >>> name_for("gpp.xlsx", Format.JSON), name_for("gpp.tsv", Format.CSV), name_for("export", Format.CSV)
    ('gpp.json', 'gpp.tsv', 'export.csv')
    """
    ending = PurePosixPath(name).suffix.lower()
    if ENDINGS.get(ending) is found:
        return name
    stem = name[: -len(ending)] if ending in ENDINGS else name
    return f"{stem}.{found.value}"
