"""Areas as the policy sees them: does a role held in one area reach another?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.core.series import Catalogue

ALL_AREAS = Text("ทุกพื้นที่", "all areas")


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An area of an area system; both parts empty means all areas."""

    system: str = ""
    code: str = ""

    @property
    def is_everywhere(self) -> bool:
        """True for all areas."""
        return not self.code

    def as_dict(self) -> dict[str, str]:
        """For the log."""
        return {"area_system": self.system, "area": self.code} if self.code else {}


EVERYWHERE = AreaRef()


def catalogue() -> Catalogue:
    """The area systems of this site; ``settings.MUDMAI_CATALOGUE`` names the function that gives them (site/wiring)."""
    give: Callable[[], Catalogue] = import_string(settings.MUDMAI_CATALOGUE)
    return give()


def checked_area(system: str, code: str) -> AreaRef:
    """The area by its code or alias; both empty is everywhere; an unknown one is refused with near names."""
    if not system and not code:
        return EVERYWHERE
    if not system or not code:
        raise InputError(
            Text("ต้องระบุทั้งระบบพื้นที่และรหัสพื้นที่", "an area needs both its system and its code"),
            remedy=Text("ระบุทั้งสองช่อง หรือเว้นว่างทั้งสองช่องเพื่อหมายถึงทุกพื้นที่", "give both, or leave both empty for all areas"),
            code="area_scope",
            where=Where(field="area"),
        )
    return AreaRef(system, catalogue().area_system(system).find(code).code)


LISTED_LEVEL = 200
"""A level with more areas is no list to choose from; its areas are found by name or code."""


def listed_areas(system: AreaSystem) -> tuple[Area, ...]:
    """The areas of a system that a list to choose from has: those of levels of at most :data:`LISTED_LEVEL` areas."""
    short = {level for level in system.levels if len(system.level(level)) <= LISTED_LEVEL}
    return tuple(a for a in system.areas if a.level in short)


def covers(held: AreaRef, asked: AreaRef) -> bool:
    """True when ``asked`` is ``held`` or lies below it; between two systems only through a crosswalk area to area."""
    if held.is_everywhere:
        return True
    if asked.is_everywhere:
        return False
    known = catalogue()
    if held.system not in known.area_systems:
        return False
    code: str | None = asked.code
    if asked.system != held.system:
        walk = known.crosswalks.get((asked.system, held.system))
        code = {origin: there for there, origin in walk.one_to_one.items()}.get(asked.code) if walk else None
    system = known.area_systems[held.system]
    if code is None or code not in system.by_code:
        return False
    return code == held.code or any(a.code == held.code for a in system.ancestors(code))


def area_name(area: AreaRef) -> Text:
    """The area in words; its code where the pack that knew it is gone."""
    if area.is_everywhere:
        return ALL_AREAS
    system = catalogue().area_systems.get(area.system)
    found = system.by_code.get(area.code) if system else None
    return found.name if found else Text(area.code, area.code)
