"""The sheets of a workbook that holds a criteria set: which column holds which key of the file, and of what kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "number", "yes_no", "list", "value"]
"""``list``: words joined by ``, ``; ``value``: a number or a text, as it stands."""

FORM = "mudmai-criteria-book/1"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its head, the path of the key below the row's own, its kind."""

    head: str
    path: tuple[str, ...]
    kind: Kind = "text"
    width: float = 20


def _both(name: str, width: float = 44) -> tuple[Field, Field]:
    return Field(f"{name}_th", (name, "th"), width=width), Field(f"{name}_en", (name, "en"), width=width)


SET = "set"
SET_FIELDS = (
    Field("id", ("id",)),
    Field("scheme", ("scheme",)),
    Field("version", ("version",)),
    *_both("title"),
    *_both("note"),
    Field("source", ("source",)),
    Field("replaces", ("replaces",)),
    *_both("breaks"),
    Field("register_months", ("register", "months"), "whole"),
    Field("register_surveillance", ("register", "surveillance"), "whole"),
    Field("register_renewal_progress", ("register", "renewal_progress"), "number"),
    Field("register_series", ("register", "series"), "list"),
    Field("register_dataset", ("register", "dataset")),
    Field("register_levels", ("register", "levels"), "list"),
    Field("register_note_th", ("register", "note", "th")),
    Field("register_note_en", ("register", "note", "en")),
)
"""One row each on the first sheet: key, value."""

TABLES: dict[str, tuple[Field, ...]] = {
    "parts": (
        Field("id", ("id",)),
        *_both("title"),
        Field("weight", ("weight",), "number", 10),
        Field("group", ("group",), width=14),
        Field("optional", ("optional",), "yes_no", 10),
        *_both("note"),
    ),
    "criteria": (
        Field("id", ("id",)),
        Field("part", ("part",), width=16),
        *_both("title", 30),
        *_both("question"),
        *_both("guidance", 36),
        Field("side", ("side",), width=10),
        Field("points", ("points",), "number", 8),
        Field("scale", ("scale",), width=16),
        Field("source", ("source",), width=16),
        Field("evidence", ("evidence",), "whole", 8),
        Field("fits", ("fits",), "list", 20),
        Field("actions", ("actions",), "list", 20),
        Field("live_formula", ("live", "formula"), width=30),
        Field("live_area_system", ("live", "area_system"), width=14),
        Field("live_unit", ("live", "unit"), width=12),
        Field("live_direction", ("live", "direction"), width=12),
        Field("live_bounds", ("live", "bounds"), width=20),
        Field("live_source", ("live", "source"), width=20),
    ),
    "scales": (
        Field("scale", ("scale",)),
        Field("value", ("value",), "whole", 8),
        Field("share", ("share",), "number", 10),
        *_both("title"),
    ),
    "sources": (Field("source", ("source",)), Field("words", ("words",), width=100)),
    "facts": (
        Field("id", ("id",)),
        Field("kind", ("kind",), width=10),
        *_both("title"),
        *_both("unit", 16),
    ),
    "choices": (Field("fact", ("fact",)), Field("id", ("id",)), *_both("title")),
    "fits": (
        Field("fit", ("fit",)),
        Field("fact", ("fact",)),
        Field("comparison", ("comparison",), width=12),
        Field("values", ("values",), width=30),
        *_both("words"),
    ),
    "levels": (Field("id", ("id",)), *_both("title"), Field("overall", ("overall",), "number", 10)),
    "rules": (
        Field("level", ("level",)),
        Field("score", ("score",), "number", 10),
        Field("group", ("group",)),
        Field("count", ("count",), "whole", 10),
        Field("compulsory", ("compulsory",), "list", 40),
    ),
    "actions": (
        Field("id", ("id",)),
        *_both("title"),
        *_both("text", 60),
        Field("source", ("source",), width=30),
        Field("years", ("years",), "whole", 8),
    ),
}
"""Sheet → its columns."""
