"""The errors that users meet; they are public API.

::

    MudmaiError                 code, message (th/en), remedy (th/en), where, problems
    ├── InputError              the user's input is at fault (exit code 1; HTTP 4xx)
    │   ├── UnknownNameError    a plan, series, area, indicator, reading, release or period that does not exist
    │   ├── FormulaError        a formula that cannot be read or must not be computed (carries the position)
    │   │   ├── UnitError       units that do not fit together
    │   │   ├── AreaSystemError series of different area systems without a declared crosswalk
    │   │   └── CycleError      a formula that needs itself
    │   ├── PackError           a pack that does not validate (one problem per fault: file, line, key)
    │   ├── ImportRefused       a file of observations that is refused whole (one problem per fault: file, row, field)
    │   └── GeometryRefused     a file of areas that is refused (one problem per feature, by name)
    └── FaultError              our own fault (exit code 3; HTTP 500): a damaged store, a broken build

Every message says what was found, what was expected and what to do next, in Thai and English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mudmai.core.language import Language, Text


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a fault, as far as known. ``line``/``column`` count from 1; ``row`` is the row of sheet or file."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None

    def words(self, language: Language = "en", *, file: bool = True) -> str:
        """Whatever is known, in reading order; ``file`` False leaves the name of the file out, where it was told.

        >>> place = Where(file="a.xlsx", sheet="GPP", row=7, field="value")
        >>> place.words(), place.words("th", file=False)
        ('a.xlsx, sheet GPP, row 7, field value', 'แผ่นงาน GPP แถว 7 ช่อง value')
        """
        parts = [self.file] if self.file and file else []
        for name, word in _PLACES.items():
            value = getattr(self, name)
            if value is not None:
                parts.append(f"{word.in_(language)} {value}")
        return (" " if language == "th" else ", ").join(parts)


_PLACES = {
    "sheet": Text("แผ่นงาน", "sheet"),
    "cell": Text("เซลล์", "cell"),
    "row": Text("แถว", "row"),
    "line": Text("บรรทัด", "line"),
    "column": Text("ตัวอักษรที่", "column"),
    "field": Text("ช่อง", "field"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault among several: what is wrong, where, and the next step."""

    code: str
    message: Text
    remedy: Text
    where: Where = field(default_factory=Where)

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form: ``code, th, en, remedy_th, remedy_en`` and the known parts of ``where``."""
        place = {n: getattr(self.where, n) for n in Where.__slots__ if getattr(self.where, n) is not None}
        return {
            "code": self.code,
            "th": self.message.th,
            "en": self.message.en,
            "remedy_th": self.remedy.th,
            "remedy_en": self.remedy.en,
            "where": place,
        }


class MudmaiError(Exception):
    """Base of all errors that carry a message for people."""

    default_code: ClassVar[str] = "error"

    def __init__(
        self,
        message: Text,
        *,
        remedy: Text,
        code: str | None = None,
        where: Where | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message.en)
        self.code = code or self.default_code
        self.message = message
        self.remedy = remedy
        self.where = where or Where()
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel whole between processes, though they are not made from positional arguments."""
        return _error_again, (type(self), self.args, self.__dict__)

    def as_problem(self) -> Problem:
        """The error itself as one :class:`Problem`."""
        return Problem(self.code, self.message, self.remedy, self.where)

    @property
    def further(self) -> tuple[Problem, ...]:
        """The problems, but for a single one without a place that says no more than the error itself."""
        if len(self.problems) == 1 and self.problems[0].where == Where():
            only = self.problems[0]
            return () if (only.message, only.remedy) == (self.message, self.remedy) else self.problems
        return self.problems

    def words(self, language: Language = "en") -> str:
        """The whole story as lines of text: place, message, remedy, then each problem; the file is named once."""
        message = self.message.in_(language)
        place = self.where.words(language, file=not (self.where.file and self.where.file in message))
        lines = [_joined(": ", place, message)]
        for problem in self.further[:50]:
            same = problem.where.file == self.where.file
            spot = problem.where.words(language, file=not same)
            told = _joined(" – ", problem.message.in_(language), problem.remedy.in_(language))
            lines.append("  - " + _joined(": ", spot, told))
        if len(self.problems) > 50:
            rest = len(self.problems) - 50
            lines.append({"th": f"  ... และอีก {rest} รายการ", "en": f"  ... and {rest} more"}[language])
        lines.append("→ " + self.remedy.in_(language))
        return "\n".join(lines)


def _joined(sign: str, *parts: str) -> str:
    return sign.join(part for part in parts if part)


def _error_again(kind: type[MudmaiError], args: tuple[Any, ...], told: dict[str, Any]) -> MudmaiError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(told)
    return error


class InputError(MudmaiError):
    """What the user gave cannot be used; nothing was changed."""

    default_code = "input"


class UnknownNameError(InputError):
    """A name that nothing answers to; the message lists near ones.

    ``known`` are all names, of which the nearest are listed; ``shown`` says how a known name is shown where the name
    alone would not help (an area's code beside the name that was typed).
    """

    default_code = "unknown_name"

    def __init__(
        self,
        kind: Text,
        name: str,
        known: Sequence[str] = (),
        *,
        where: Where | None = None,
        shown: Mapping[str, str] | None = None,
    ) -> None:
        from difflib import get_close_matches  # only on the way to an error

        near = get_close_matches(name, list(known), n=3, cutoff=0.5) or sorted(known)[:8]
        near = list(dict.fromkeys((shown or {}).get(one, one) for one in near))
        listed = ", ".join(near) if near else "–"
        super().__init__(
            Text(f"ไม่รู้จัก{kind.th} “{name}”", f"unknown {kind.en} “{name}”"),
            remedy=Text(f"ชื่อที่ใกล้เคียงหรือมีอยู่: {listed}", f"near or existing names: {listed}"),
            where=where,
        )
        self.name = name
        self.near = tuple(near)


class FormulaError(InputError):
    """A formula that cannot be read or must not be computed. ``position`` counts characters from 0."""

    default_code = "formula"

    def __init__(
        self,
        message: Text,
        *,
        remedy: Text,
        code: str | None = None,
        position: int | None = None,
        source: str = "",
        where: Where | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy, code=code, where=where)
        self.position = position
        self.source = source

    def words(self, language: Language = "en") -> str:
        """As :meth:`MudmaiError.words`, with the formula and a caret under the fault."""
        text = super().words(language)
        if self.source and self.position is not None:
            text = f"{self.source}\n{' ' * self.position}^\n{text}"
        return text


class UnitError(FormulaError):
    """Units that do not fit together."""

    default_code = "unit_clash"


class AreaSystemError(FormulaError):
    """Area systems that meet without a declared crosswalk."""

    default_code = "area_system_clash"


class CycleError(FormulaError):
    """A formula that needs itself, directly or through others."""

    default_code = "cycle"


class PackError(InputError):
    """A pack that does not validate; ``problems`` name file, line and key."""

    default_code = "pack"


class ImportRefused(InputError):
    """A file of observations that is refused whole; the release served before is untouched."""

    default_code = "import_refused"


class GeometryRefused(InputError):
    """A file of areas with a shape that cannot be used or repaired; ``problems`` name the features."""

    default_code = "geometry_refused"


class FaultError(MudmaiError):
    """Our own fault: a damaged store or a broken invariant."""

    default_code = "fault"
