"""What may be written into a formula: functions with an example in words, series and named formulas with titles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mudmai.core.errors import MudmaiError
from mudmai.core.formulas.functions import FUNCTIONS, Function, Parameter, Takes
from mudmai.core.formulas.parse import parse
from mudmai.core.formulas.words import say
from mudmai.core.language import Text, same
from mudmai.core.series import Catalogue
from mudmai.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Insert:
    """Something to put into a formula: what is written, and what it means."""

    text: str
    title: Text
    unit: Text
    area_system: Text | None = None


@cache
def functions() -> tuple[Insert, ...]:
    """Every function as its shortest call, in words."""
    return tuple(_function(one) for one in FUNCTIONS.values())


def names(workspace: Workspace) -> tuple[Insert, ...]:
    """Series, then named formulas."""
    catalogue = workspace.catalogue
    found = [
        Insert(one.id, one.title, catalogue.unit(one.unit).label, system_title(workspace, one.area_system))
        for one in catalogue.series.values()
    ]
    titles = {name: title for pack in workspace.packs.values() for name, title in pack.definition_titles.items()}
    found += [Insert(name, title, Text("สูตร", "formula")) for name, title in titles.items()]
    return tuple(found)


def system_title(workspace: Workspace, system: str) -> Text | None:
    """An area system by its title; its id where it is not known, None for no system."""
    known = workspace.catalogue.area_systems.get(system)
    return known.title if known else same(system) if system else None


def _function(one: Function) -> Insert:
    call = f"{one.name}({', '.join(_example(p) for p in one.parameters if p.required)})"
    try:
        words = say(parse(call), Catalogue())
    except (MudmaiError, LookupError):
        words = same(one.signature)
    return Insert(call, words, same(one.signature))


def _example(parameter: Parameter) -> str:
    match parameter.takes:
        case Takes.FORMULAS:
            return "x, y"
        case Takes.WHOLE:
            return str(max(parameter.low, 2))
        case Takes.PERIOD:
            text = "2020"
        case Takes.WORD:
            known = {"unit": "percent", "dimension": "sex", "system": "system"}
            text = f'"{parameter.choices[0] if parameter.choices else known.get(parameter.name, parameter.name)}"'
        case _:
            text = (
                "x > y" if parameter.name == "condition" else {"then": "x", "otherwise": "y"}.get(parameter.name, "x")
            )
            if parameter.name == "weight":
                text = "w"
    return f"{parameter.name}={text}" if parameter.named_only else text
