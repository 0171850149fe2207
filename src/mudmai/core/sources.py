"""Where a value comes from and how it was made."""

from __future__ import annotations

from dataclasses import dataclass, field

from mudmai.core.language import Text


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
