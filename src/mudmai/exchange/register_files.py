"""The list behind counts: the certificates of the register that a dataset is counted from, as files of its catalogue.

A register is told as it is now; it belongs to no release, so that its files carry neither a release nor its dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from mudmai.core.language import Text


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """One form of the list: ``kind`` is its id among the files of the dataset, ``written`` its format by name."""

    form: str
    written: str
    media: str
    title: Text

    @property
    def kind(self) -> str:
        """The id, apart from those of the figures."""
        return f"register-{self.form}"


REGISTER_FILES = (
    RegisterFile(
        "csv", "CSV", "text/csv",
        Text("รายการใบรับรองในทะเบียน ณ วันที่เปิด (CSV)", "certificates in the register, as it is today (CSV)"),
    ),
    RegisterFile(
        "xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Text("รายการใบรับรองในทะเบียน ณ วันที่เปิด (Excel)", "certificates in the register, as it is today (Excel)"),
    ),
    RegisterFile(
        "json", "JSON", "application/json",
        Text("รายการใบรับรองในทะเบียน ณ วันที่เปิด (JSON)", "certificates in the register, as it is today (JSON)"),
    ),
)  # fmt: skip


def register_page(scheme: str) -> str:
    """Where people read the register of a scheme.

    >>> register_page("smart-city")
    '/register/?scheme=smart-city'
    """
    return f"/register/?scheme={quote(scheme, safe='')}"


def register_file(scheme: str, form: str) -> str:
    """Where the list of a scheme is taken from, as ``csv``, ``xlsx`` or ``json``."""
    return f"/register/certificates.{form}?scheme={quote(scheme, safe='')}"
