"""Where an area lies in another system: carried over whole by the declared crosswalks, or inside an area that is.

Only containment is used: a subdistrict lies in its province, and a crosswalk says that this province is an area of the
other system, or lies wholly inside one. Nothing is divided here. The root of a system carries nobody but itself: that
an area lies somewhere in the country says nothing about where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mudmai.core.areas import Area, AreaSystem, Crosswalk

Crosswalks = Mapping[tuple[str, str], Crosswalk]
Systems = Mapping[str, AreaSystem]


@dataclass(frozen=True)
class Passages:
    """The systems and crosswalks of a catalogue, asked where places of one system lie in another."""

    systems: Systems
    crosswalks: Crosswalks
    _whole: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)
    _into: dict[tuple[str, str, str], str | None] = field(default_factory=dict, compare=False, repr=False)
    _above: dict[tuple[str, str], frozenset[tuple[str, str]]] = field(default_factory=dict, compare=False, repr=False)

    def whole(self, origin: str, destination: str) -> Mapping[str, str]:
        """Origin code → destination code, for the origins that lie wholly inside one area of the destination."""
        key = (origin, destination)
        if key not in self._whole:
            walk = self.crosswalks.get(key)
            links: dict[str, list[tuple[str, float]]] = {}
            for link in walk.links if walk else ():
                links.setdefault(link.origin, []).append((link.destination, link.weight))
            self._whole[key] = {
                code: own[0][0] for code, own in links.items() if len(own) == 1 and own[0][1] == 1.0
            }  # fmt: skip
        return self._whole[key]

    def into(self, origin: str, code: str, destination: str) -> str | None:
        """The smallest area of ``destination`` known to hold the area ``code`` of ``origin``; None where none is."""
        if origin == destination:
            return code if code in self.systems[origin].by_code else None
        key = (origin, code, destination)
        if key not in self._into:
            self._into[key] = self._carried(origin, code, destination)
        return self._into[key]

    def _carried(self, origin: str, code: str, destination: str) -> str | None:
        whole = self.whole(origin, destination)
        if code in whole:
            return whole[code]
        system = self.systems.get(origin)
        if not whole or system is None or code not in system.by_code:
            return None
        above = system.ancestors(code)[:-1]
        return next((whole[one.code] for one in above if one.code in whole), None)

    @cached_property
    def _deeper(self) -> dict[tuple[str, str], tuple[str, str] | None]:
        return {}

    def below(self, system: str, code: str) -> tuple[str, str] | None:
        """The system, and the code of this very area there, in which it has areas below it: its own system first."""
        key = (system, code)
        if key not in self._deeper:
            self._deeper[key] = self._found_below(system, code)
        return self._deeper[key]

    def _found_below(self, system: str, code: str) -> tuple[str, str] | None:
        if self.systems[system].children_of.get(code):
            return system, code
        for other in self.systems:
            walk = self.crosswalks.get((system, other))
            there = {origin: own for own, origin in walk.one_to_one.items()}.get(code) if walk else None
            if there is not None and self.systems[other].children_of.get(there):
                return other, there
        return None

    def trail(self, view: str, system: str, code: str) -> tuple[tuple[str, Area], ...]:
        """From the root of the system ``view`` to the area ``code`` of ``system``, each with the system it is of."""
        own = [(system, self.systems[system].by_code[code])]
        own += [(system, one) for one in self.systems[system].ancestors(code)]
        if view != system:
            walk = self.crosswalks.get((view, system))
            origins = walk.one_to_one if walk else {}
            for n, (_, one) in enumerate(own):
                if (there := origins.get(one.code)) is not None and one.parent is not None:
                    seen = self.systems[view]
                    wider = [(view, seen.by_code[there]), *((view, up) for up in seen.ancestors(there))]
                    return tuple(reversed([*own[:n], *wider]))
        return tuple(reversed(own))

    def around(self, code: str) -> frozenset[str]:
        """The area of any system, all below it in any system, and those above it."""
        found: set[tuple[str, str]] = {(one.id, code) for one in self.systems.values() if code in one.by_code}
        above = {(system, up.code) for system, own in found for up in self.systems[system].ancestors(own)}
        waiting = [one for one in found if self.systems[one[0]].by_code[code].parent is not None]
        while waiting:
            system, own = waiting.pop()
            near = {(system, child) for child in self.systems[system].children_of.get(own, ())}
            near |= {(other, there) for other in self.systems for there in self._held(system, own, other)}
            fresh = near - found
            found |= fresh
            waiting.extend(fresh)
        return frozenset({code, *(own for _, own in found | above)})

    def holders(self, code: str) -> frozenset[str]:
        """The area of any system and the areas of any system that hold it."""
        known = [one.id for one in self.systems.values() if code in one.by_code]
        return frozenset(own for system in known for _, own in self._holding(system, code))

    def _holding(self, system: str, code: str) -> frozenset[tuple[str, str]]:
        """The area and what holds it, each with its system; remembered, since most areas share what is above them."""
        key = (system, code)
        if key not in self._above:
            found, waiting = {key}, [key]
            while waiting:
                of, own = waiting.pop()
                near = [(of, up.code) for up in self.systems[of].ancestors(own)[:1]]
                near += [(other, there) for other in self.systems if (there := self.whole(of, other).get(own))]
                for one in near:
                    if one in self._above:
                        found |= self._above[one]
                    elif one not in found:
                        found.add(one)
                        waiting.append(one)
            self._above[key] = frozenset(found)
            for up in self.systems[system].ancestors(code)[:1]:  # what its neighbours will ask for
                self._holding(system, up.code)
        return self._above[key]

    @cached_property
    def _holds(self) -> dict[tuple[str, str], Mapping[str, tuple[str, ...]]]:
        return {}

    def _held(self, system: str, code: str, other: str) -> tuple[str, ...]:
        """The areas of ``other`` that a crosswalk puts wholly inside this one."""
        key = (other, system)
        if key not in self._holds:
            held: dict[str, list[str]] = {}
            for origin, there in self.whole(other, system).items():
                held.setdefault(there, []).append(origin)
            self._holds[key] = {there: tuple(origins) for there, origins in held.items()}
        return self._holds[key].get(code, ())
