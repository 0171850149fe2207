"""Recipes: how one office's file becomes tidy data, confirmed by a person and kept for next year's file.

A recipe speaks of headings and words, never of cell addresses, so that a table may move and grow. It is plain JSON:
people read it, keep it in version control and correct it by hand. Its parts are checked when it is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Literal, cast, get_args

from mudmai.core.area_names import fold_name
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.number_text import DashRule, clean_text

VERSION = 1
LEAVE_OUT = "-"
"""In place of a code: rows or columns of this word are left out."""

TITLE, SHEET = "{title}", "{sheet}"
"""In place of a constant period or area: read it from the words above the table, or from the name of the sheet."""

EmptyRule = Literal["leave_out", "missing"]
HiddenRule = Literal["leave_out", "read"]
RepeatRule = Literal["keep_identical", "refuse"]
AliveRule = Literal["leave_out", "keep", "refuse"]


class Meaning(StrEnum):
    """What a column or a word of a heading is."""

    AREA = "area"
    PERIOD = "period"
    DIMENSION = "dimension"
    SERIES = "series"
    VALUE = "value"
    FLAG = "flag"
    NOTE = "note"
    IGNORE = "ignore"


@dataclass(frozen=True)
class ColumnRule:
    """A column of labels, known by its heading. ``words`` → codes (of the dimension, or of the series).

    Area columns stand from the widest area to the narrowest; the narrowest that is filled is the row's area, the others
    tell which one is meant. ``fill_down``: an empty cell means what stands above it.
    """

    heading: str
    meaning: Meaning
    dimension: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    fill_down: bool = False


@dataclass(frozen=True)
class HeadingRule:
    """A word in the headings of value columns. ``code``: the series' id, or the code of ``dimension``.

    Periods and units in headings are read by themselves and need no rule.
    """

    text: str
    meaning: Meaning
    code: str = ""
    dimension: str = ""


@dataclass(frozen=True)
class SeriesRule:
    """The series of rows whose cells say so: ``when`` is heading → words, all of which must hold (empty: always).

    ``area_system`` narrows it to areas of one system. ``series`` may be :data:`LEAVE_OUT`. ``unit`` is the unit that
    the file writes it in. ``without`` names dimensions whose column does not count here. The first that holds wins.
    """

    series: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area_system: str = ""
    unit: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How to read one kind of file.

    ``sheet``: its name, or empty for the first sheet with such a table; ``columns`` are found by their headings.
    ``series``, ``area``, ``period`` and ``dims`` hold for the whole table where no column says otherwise; so does
    ``unit`` where no heading does. ``aliases``: names of areas as written → code, or :data:`LEAVE_OUT`.
    ``sections``: what a label alone in its row is (``area`` or ``ignore``).
    """

    name: str
    columns: tuple[ColumnRule, ...]
    headings: tuple[HeadingRule, ...] = ()
    series_rules: tuple[SeriesRule, ...] = ()
    sheet: str = ""
    table: int = 0
    area_systems: tuple[str, ...] = ()
    area_levels: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    series: str = ""
    area: str = ""
    period: str = ""
    dims: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    source: str = ""
    method: str = ""
    sections: Literal["area", "ignore"] = "ignore"
    dash: DashRule = "missing"
    empty: EmptyRule = "leave_out"
    hidden: HiddenRule = "leave_out"
    repeats: RepeatRule = "keep_identical"
    not_alive: AliveRule = "leave_out"
    fiscal_start_month: int = 10
    version: int = VERSION

    def to_json(self) -> str:
        """The recipe as JSON that people can read; empty parts are left out.

        >>> print(Recipe("r", (ColumnRule("จังหวัด", Meaning.AREA),)).to_json())
        {
          "version": 1,
          "name": "r",
          "columns": [
            {
              "heading": "จังหวัด",
              "meaning": "area"
            }
          ]
        }
        """
        default = Recipe("", ())
        told: dict[str, Any] = {"version": self.version, "name": self.name}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in told or value == getattr(default, one.name):
                continue
            told[one.name] = [_told(part) for part in value] if _is_parts(value) else _plain(value)
        return json.dumps(told, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """The inverse of :meth:`to_json`; raises :class:`InputError` (code ``recipe``) naming the part at fault."""
        try:
            told = json.loads(text)
        except ValueError as found:
            raise _bad(f"JSON: {found}") from found
        if not isinstance(told, dict):
            raise _bad("JSON")
        if told.get("version") != VERSION:
            raise _bad(f"version {told.get('version')}")
        parts = {"columns": ColumnRule, "headings": HeadingRule, "series_rules": SeriesRule}
        given: dict[str, Any] = {}
        for key, value in told.items():
            given[key] = tuple(_part(key, parts[key], one) for one in _list(key, value)) if key in parts else value
        return cast("Recipe", _checked(cls, "", given))

    def with_aliases(self, aliases: Mapping[str, str]) -> Recipe:
        """The recipe with more names learnt."""
        return replace(self, aliases={**self.aliases, **aliases})

    def folded_aliases(self) -> dict[str, str]:
        """Aliases as names are compared."""
        return {fold_name(name): code for name, code in self.aliases.items()}


def heading_key(text: str) -> str:
    """A heading as headings are compared: letters only.

    >>> heading_key("จังหวัด ") == heading_key("จัง\\u200bหวัด")
    True
    """
    return fold_name(clean_text(text))


def _is_parts(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], ColumnRule | HeadingRule | SeriesRule)


def _told(part: Any) -> dict[str, Any]:
    return {key: _plain(value) for key, value in asdict(part).items() if value or key in ("heading", "text", "series")}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _list(key: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise _bad(key)
    return value


def _part(key: str, kind: type, given: object) -> Any:
    if not isinstance(given, dict):
        raise _bad(key)
    return _checked(kind, key, given)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "dash": get_args(DashRule), "empty": get_args(EmptyRule), "hidden": get_args(HiddenRule),
    "repeats": get_args(RepeatRule), "not_alive": get_args(AliveRule), "sections": ("area", "ignore"),
}  # fmt: skip
_WHOLE, _FLAGS = ("table", "version", "fiscal_start_month"), ("fill_down",)
_LISTS, _PARTS = ("area_systems", "area_levels", "without"), ("columns", "headings", "series_rules")
_MAPS = ("aliases", "dims", "words")


def _checked(kind: type, place: str, given: Mapping[str, Any]) -> Any:
    """An instance of ``kind`` from plain JSON, every key and type checked."""
    known = {one.name for one in fields(kind)}
    built: dict[str, Any] = {}
    for key, value in given.items():
        where = f"{place}.{key}" if place else key
        if key not in known:
            raise _bad(where)
        built[key] = _value(key, where, value)
    try:
        return kind(**built)
    except TypeError as found:
        raise _bad(f"{place or 'recipe'}: {found}") from found


def _value(key: str, where: str, value: Any) -> Any:
    if key in _PARTS:
        return value
    if key == "meaning":
        if value not in list(Meaning):
            raise _bad(f"{where}: {value}")
        return Meaning(value)
    if key == "when":
        if not isinstance(value, dict) or not all(_is_texts(words) for words in value.values()):
            raise _bad(where)
        return {heading: tuple(words) for heading, words in value.items()}
    if key in _LISTS:
        if not _is_texts(value):
            raise _bad(where)
        return tuple(value)
    if key in _MAPS:
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise _bad(where)
        return dict(value)
    if key in _CHOICES and value not in _CHOICES[key]:
        raise _bad(f"{where}: {value}")
    wanted: type = int if key in _WHOLE else bool if key in _FLAGS else str
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise _bad(where)
    return cast("Any", value)


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _bad(place: str) -> InputError:
    return InputError(
        Text(f"สูตรอ่านไฟล์ใช้ไม่ได้: {place}", f"the recipe cannot be used: {place}"),
        remedy=Text("แก้ส่วนที่ระบุ หรือสร้างสูตรใหม่จากไฟล์", "mend the part named, or make a new recipe from the file"),
        code="recipe",
    )
