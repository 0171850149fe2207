"""Where a value comes from and how it was made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mudmai.core.language import Text, same
from mudmai.core.periods import BE_OFFSET

_YEARS = re.compile(r"(?P<first>[0-9]{4})(?:\s*[-–]\s*(?P<last>[0-9]{4}))?")
_FIRST_BE = 2400
"""Four digits from here on are a Buddhist year."""


@dataclass(frozen=True, slots=True)
class Source:
    """A publication: who published what, when, where it can be read, under which licence.

    ``url`` is a public address or None; ``edition`` a year or version as printed; ``note`` says what a reader must
    know before quoting (preliminary figures, transcribed by hand, a proxy).
    """

    id: str
    publisher: Text
    title: Text
    edition: str = ""
    url: str | None = None
    licence: str = ""
    note: Text = field(default_factory=lambda: Text("", ""))

    @property
    def edition_words(self) -> Text:
        """The edition for readers of both calendars: years are given in both, anything else as printed.

        >>> source = Source("x", same("X"), same("X"), edition="2563")
        >>> source.edition_words.en, source.edition_words.th
        ('2020 (B.E. 2563)', 'พ.ศ. 2563 (ค.ศ. 2020)')
        """
        match = _YEARS.fullmatch(self.edition.strip())
        if match is None:
            return same(self.edition.strip())
        years = [int(year) for year in (match["first"], match["last"]) if year]
        buddhist = [year if year >= _FIRST_BE else year + BE_OFFSET for year in years]
        be = "-".join(str(year) for year in buddhist)
        ce = "-".join(str(year - BE_OFFSET) for year in buddhist)
        return Text(f"พ.ศ. {be} (ค.ศ. {ce})", f"{ce} (B.E. {be})")


USER_FILE = Source("user-file", Text("นำเข้าโดยผู้ใช้", "imported by a user"), Text("ไม่ได้ระบุแหล่ง", "source not stated"))
"""The source of a value that somebody imported without naming one; its locator names the file. Built in."""


@dataclass(frozen=True, slots=True)
class Method:
    """How a value was measured (price basis, income concept, survey design); two methods never make one line."""

    id: str
    title: Text
    note: Text = field(default_factory=lambda: Text("", ""))


@dataclass(frozen=True, slots=True)
class SourceRef:
    """The exact place of one value: ``source`` id and, where known, file, sheet, cell, row or page (``locator``)."""

    source: str
    locator: str = ""
