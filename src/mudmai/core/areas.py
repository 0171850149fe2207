"""Area systems: many, never mixed.

An area system is a closed set of areas with a hierarchy and validity dates: NESDC's regional accounts, a survey's
regions, corridors and zones. Codes are unique inside a system. The same code in two systems means the same place only
where a declared :class:`Crosswalk` says so; without one, values of two systems never meet in a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.core.periods import Period


@dataclass(frozen=True, slots=True)
class Area:
    """One area: ``code`` and ``parent`` are codes of its system; ``level`` names its rank (kingdom, region, province).

    ``valid_from``/``valid_to`` bound its legal life (None: unbounded). ``aliases`` are other *codes* it is known by
    (national statistical code, ISO 3166-2, HASC); names are never used as keys.
    """

    code: str
    name: Text
    level: str
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()

    def is_valid_in(self, period: Period) -> bool:
        """True when the area lived for at least part of ``period``."""
        first, after = period.start(), period.shift(1).start()
        return (self.valid_from is None or self.valid_from < after) and (
            self.valid_to is None or self.valid_to >= first
        )


@dataclass(frozen=True)
class AreaSystem:
    """A closed set of areas; ``areas`` keep their given order (parents may stand anywhere).

    Raises :class:`InputError` on duplicate codes, an alias of two areas, unknown parents or a cycle in the hierarchy.
    """

    id: str
    title: Text
    areas: tuple[Area, ...]
    note: Text = field(default_factory=lambda: Text("", ""))

    def __post_init__(self) -> None:
        codes = [a.code for a in self.areas]
        if len(set(codes)) != len(codes):
            twice = sorted({c for c in codes if codes.count(c) > 1})
            raise _bad_system(self.id, f"รหัสซ้ำ {', '.join(twice)}", f"duplicate codes {', '.join(twice)}")
        known = set(codes)
        for area in self.areas:
            if area.parent is not None and area.parent not in known:
                raise _bad_system(
                    self.id, f"{area.code}: ไม่พบแม่ {area.parent}", f"{area.code}: unknown parent {area.parent}"
                )
        self._check_aliases(known)
        for area in self.areas:
            seen, here = {area.code}, area.parent
            while here is not None:
                if here in seen:
                    raise _bad_system(self.id, f"ลำดับชั้นวนที่ {here}", f"the hierarchy runs in a circle at {here}")
                seen.add(here)
                here = self.by_code[here].parent

    @classmethod
    def deferred(cls, id: str, title: Text, note: Text, read: Callable[[], tuple[Area, ...]]) -> AreaSystem:
        """A system of many areas that were checked before: ``read`` gives them when somebody first asks for one."""
        made = object.__new__(cls)
        made.__dict__.update(id=id, title=title, note=note, _read=read)
        return made

    def __getattr__(self, name: str) -> Any:
        """The areas of a deferred system, read now; other names are not there."""
        read = self.__dict__.get("_read") if name == "areas" else None
        if read is None:
            raise AttributeError(name)
        areas = self.__dict__["areas"] = read()
        return areas

    def __getstate__(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title, "areas": self.areas, "note": self.note}

    def _check_aliases(self, codes: set[str]) -> None:
        """An alias means one area: it is no other area's alias and no other area's code."""
        owner: dict[str, str] = {}
        for area in self.areas:
            for alias in area.aliases:
                if owner.setdefault(alias, area.code) != area.code or (alias in codes and alias != area.code):
                    other = owner[alias] if owner[alias] != area.code else alias
                    th = f"รหัสอื่น {alias} ของ {area.code} เป็นของ {other} ด้วย"
                    raise _bad_system(self.id, th, f"the alias {alias} of {area.code} is also that of {other}")

    @cached_property
    def by_code(self) -> Mapping[str, Area]:
        """Areas by their own code."""
        return {a.code: a for a in self.areas}

    @cached_property
    def children_of(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of the direct children of every area, in the system's order (areas without children are absent)."""
        found: dict[str, list[str]] = {}
        for area in self.areas:
            if area.parent is not None:
                found.setdefault(area.parent, []).append(area.code)
        return {code: tuple(children) for code, children in found.items()}

    @cached_property
    def _codes_and_aliases(self) -> Mapping[str, str]:
        found = {alias: a.code for a in self.areas for alias in a.aliases}
        found.update({a.code: a.code for a in self.areas})
        return found

    def get(self, code_or_alias: str) -> Area | None:
        """The area with this code or alias; None where there is none."""
        code = self._codes_and_aliases.get(code_or_alias.strip())
        return None if code is None else self.by_code[code]

    def find(self, code_or_alias: str) -> Area:
        """The area with this code or alias; :class:`UnknownNameError` with near names otherwise."""
        found = self.get(code_or_alias)
        if found is None:
            shown = self.shown_near(code_or_alias)
            kind = Text(f"พื้นที่ในระบบ {self.id}", f"area of system {self.id}")
            raise UnknownNameError(kind, code_or_alias, list(shown), shown=shown)
        return found

    def shown_near(self, asked: str) -> Mapping[str, str]:
        """Codes and names that may be meant → how the area is shown. Of many areas only those that begin alike."""
        named = [(name, a) for a in self.areas for name in (a.code, a.name.en, a.name.th)]
        if len(self.areas) > _MANY:
            begun = asked.strip().casefold()[:4]
            named = [one for one in named if one[0].casefold().startswith(begun)][:_MANY]
        return {name: f"{a.code} ({a.name.th}, {a.name.en})" for name, a in named}

    def level(self, level: str) -> tuple[Area, ...]:
        """The areas of one level, in the system's order."""
        return tuple(a for a in self.areas if a.level == level)

    @property
    def levels(self) -> tuple[str, ...]:
        """Level names in order of first appearance."""
        return tuple(dict.fromkeys(a.level for a in self.areas))

    def ancestors(self, code: str) -> tuple[Area, ...]:
        """Parents from the nearest to the root."""
        found = []
        here = self.by_code[code].parent
        while here is not None:
            found.append(self.by_code[here])
            here = self.by_code[here].parent
        return tuple(found)


_MANY = 1000
"""A system with more areas is not searched whole for names that are nearly alike."""


def _bad_system(system: str, th: str, en: str) -> InputError:
    return InputError(
        Text(f"ระบบพื้นที่ {system}: {th}", f"area system {system}: {en}"),
        remedy=Text("แก้ไขตารางพื้นที่แล้วตรวจอีกครั้ง", "mend the table of areas and check again"),
        code="area_system",
    )


@dataclass(frozen=True, slots=True)
class CrosswalkLink:
    """``weight`` is the share of the origin's (additive) value that belongs to the destination: 0 < weight <= 1."""

    origin: str
    destination: str
    weight: float = 1.0


@dataclass(frozen=True)
class Crosswalk:
    """A declared passage from the areas of one system to those of another.

    Additive series cross by weighted sums; any other series crosses only through links that are one to one with
    weight 1. A destination without links has no value: missing, not zero. ``method`` says how the weights were made.
    """

    origin: str
    destination: str
    links: tuple[CrosswalkLink, ...]
    method: Text = field(default_factory=lambda: Text("", ""))

    def __post_init__(self) -> None:
        pairs: set[tuple[str, str]] = set()
        for link in self.links:
            if not 0 < link.weight <= 1:
                raise self._bad_link(link, f"น้ำหนัก {link.weight}", f"the weight {link.weight}")
            if (link.origin, link.destination) in pairs:
                raise self._bad_link(link, "คู่ซ้ำ", "the pair is repeated")
            pairs.add((link.origin, link.destination))

    def _bad_link(self, link: CrosswalkLink, th: str, en: str) -> InputError:
        place = f"{self.origin} → {self.destination}: {link.origin} → {link.destination}"
        return InputError(
            Text(f"{place}: {th}", f"{place}: {en}"),
            remedy=Text("หนึ่งคู่หนึ่งบรรทัด น้ำหนักมากกว่า 0 ไม่เกิน 1", "one line for a pair, a weight above 0 and at most 1"),
            code="crosswalk",
        )

    @cached_property
    def into(self) -> Mapping[str, tuple[CrosswalkLink, ...]]:
        """Links by destination code, in the given order."""
        found: dict[str, list[CrosswalkLink]] = {}
        for link in self.links:
            found.setdefault(link.destination, []).append(link)
        return {code: tuple(links) for code, links in found.items()}

    @cached_property
    def one_to_one(self) -> Mapping[str, str]:
        """Destination code → origin code, for the links that carry a whole area to a whole area."""
        origins: dict[str, int] = {}
        for link in self.links:
            origins[link.origin] = origins.get(link.origin, 0) + 1
        return {
            code: links[0].origin
            for code, links in self.into.items()
            if len(links) == 1 and links[0].weight == 1.0 and origins[links[0].origin] == 1
        }


def crosswalk_by_code(origin: AreaSystem, destination: AreaSystem, levels: Iterable[str], method: Text) -> Crosswalk:
    """The crosswalk that joins areas of equal code at the named ``levels`` (both systems use these level names)."""
    wanted = set(levels)
    links = tuple(
        CrosswalkLink(a.code, a.code)
        for a in origin.areas
        if a.level in wanted and a.code in destination.by_code and destination.by_code[a.code].level == a.level
    )
    return Crosswalk(origin.id, destination.id, links, method)
