"""Places as officers write them: a code, a name, or a whole address such as ``ต.ในเมือง อ.เมืองขอนแก่น จ.ขอนแก่น``.

A name that several areas bear is never guessed: the choices are listed with the areas above each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mudmai.apps.registry.areas import AreaRef, catalogue
from mudmai.core.area_names import AreaNames, FoundArea, NameForms, Reason
from mudmai.core.areas import AreaSystem
from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.core.series import Catalogue

CHOICES = 8
"""Areas of one name that are listed; the others are counted."""

_names: tuple[Catalogue, dict[str, AreaNames]] | None = None


def place_named(text: str, *, field: str = "area") -> AreaRef:
    """The area that ``text`` means, in the first system that knows it.

    A code in brackets at the end (as lists offer it) is taken for the code. Raises :class:`InputError` ``unknown_name``
    that names the choices where there are several, and near names where there is none.
    """
    wanted = text.strip()
    if wanted.endswith(")") and (inside := wanted.rpartition("(")[2].rstrip(")").strip()):
        coded = _coded(inside)
        if coded is not None:
            return coded
    coded = _coded(wanted)
    if coded is not None:
        return coded
    found: dict[str, AreaRef] = {}
    choices: dict[str, AreaRef] = {}
    for system, names in _all_names().items():
        one = _read(names, wanted)
        if one.code is not None:
            found.setdefault(one.code, AreaRef(system, one.code))
        elif one.reason is not Reason.UNKNOWN:
            for code in one.candidates:
                choices.setdefault(code, AreaRef(system, code))
    if len(found) == 1:
        return next(iter(found.values()))
    raise _open(text, list((found or choices).values()), field, sure=bool(found))


def _coded(text: str) -> AreaRef | None:
    for system in catalogue().area_systems.values():
        if (area := system.get(text)) is not None:
            return AreaRef(system.id, area.code)
    return None


def _all_names() -> dict[str, AreaNames]:
    """The names of every system, with the words of the shipped packs around them; made once for each catalogue."""
    global _names
    known = catalogue()
    if _names is None or _names[0] is not known:
        forms = _forms()
        _names = (known, {one.id: AreaNames(one, forms) for one in known.area_systems.values()})
    return _names[1]


@lru_cache(maxsize=1)
def _forms() -> NameForms:
    from mudmai.exchange.sheets import shipped_name_forms  # sheets load where names are read

    return shipped_name_forms()


def _read(names: AreaNames, text: str) -> FoundArea:
    """The whole as one name, or else as areas from the smallest to the widest, each inside the next."""
    whole = names.find(text, guessing=False)
    if whole.code is not None:
        return whole
    parts = _parts(text, names.forms)
    if len(parts) < 2:
        return whole if whole.candidates else names.find(text)
    above: str | None = None
    found = whole
    while parts:
        part = parts.pop()
        found = names.find(part, context=[above] if above else [])
        if found.code is None and above is None:
            found = _widest(names.system, found)
        if found.code is None and " " in part:  # a name without its rank after one that has it
            parts += part.rsplit(" ", 1)
            continue
        if found.code is None:
            return found
        if above and not _lies_in(names.system, found.code, above):
            return FoundArea(text, None, Reason.UNKNOWN)
        above = found.code
    return found


def _widest(system: AreaSystem, found: FoundArea) -> FoundArea:
    """At the end of an address stands the widest area: of those of one name the one of the widest level."""
    if found.reason is not Reason.AMBIGUOUS:
        return found
    for level in system.levels:
        own = [code for code in found.candidates if system.by_code[code].level == level]
        if own:
            return FoundArea(found.text, own[0], Reason.CONTEXT, tuple(own), 1.0) if len(own) == 1 else found
    return found


def _lies_in(system: AreaSystem, code: str, above: str) -> bool:
    return any(one.code == above for one in system.ancestors(code))


def _parts(text: str, forms: NameForms) -> list[str]:
    """``text`` cut before every word that tells a rank, or else at its commas, or else at its spaces."""
    short = [re.escape(word) for word, level in forms.prefixes.items() if level and word.endswith(".")]
    long = [re.escape(word) for word, level in forms.prefixes.items() if level and not word.endswith(".")]
    cut = rf"(?=(?<![\w\u0e00-\u0e7f.])(?:{'|'.join(sorted((*long, *short), key=len, reverse=True))}))"
    glued = rf"(?<=[\u0e00-\u0e7f])(?=(?:{'|'.join(short)})[\u0e00-\u0e7f])"
    for pattern in (f"{cut}|{glued}", ",", r"\s+"):
        parts = [part.strip(" ,") for part in re.split(pattern, text) if part.strip(" ,")]
        if len(parts) > 1:
            return parts
    return parts


def _open(text: str, choices: Sequence[AreaRef], field: str, *, sure: bool) -> InputError:
    where = Where(field=field)
    if not choices:
        return InputError(
            Text(f"ไม่พบพื้นที่ชื่อ “{text}”", f"there is no area named “{text}”"),
            remedy=Text(
                "เขียนให้ครบถึงจังหวัด เช่น ต.ในเมือง อ.เมืองขอนแก่น จ.ขอนแก่น หรือใช้รหัสพื้นที่",
                "write it down to the province, such as ต.ในเมือง อ.เมืองขอนแก่น จ.ขอนแก่น, or give its code",
            ),
            code="unknown_name",
            where=where,
        )
    listed = [_shown(one) for one in choices[:CHOICES]]
    rest = len(choices) - len(listed)
    th = "; ".join(one.th for one in listed) + (f" และอีก {rest} แห่ง" if rest else "")
    en = "; ".join(one.en for one in listed) + (f" and {rest} more" if rest else "")
    many = len(choices) > 1 or sure
    return InputError(
        Text(f"“{text}” อาจหมายถึงได้หลายพื้นที่", f"“{text}” may mean several areas")
        if many
        else Text(f"ไม่พบพื้นที่ชื่อ “{text}”", f"there is no area named “{text}”"),
        remedy=Text(
            f"เลือกหนึ่งในนี้ แล้วใช้รหัสหรือเขียนอำเภอและจังหวัดด้วย: {th}",
            f"choose one by its code, or add district and province: {en}",
        ),
        code="unknown_name",
        where=where,
    )


def _shown(ref: AreaRef) -> Text:
    system = catalogue().area_systems[ref.system]
    area, above = system.by_code[ref.code], system.ancestors(ref.code)[:-1]
    th = " ".join((area.name.th, *(one.name.th for one in above)))
    en = ", ".join((area.name.en, *(one.name.en for one in above)))
    return Text(f"{ref.code} {th}", f"{ref.code} {en}")
