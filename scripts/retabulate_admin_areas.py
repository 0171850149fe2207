"""Re-tabulate the provinces, districts and subdistricts of the pack th-admin from the distribution `geothai`.

    python scripts/retabulate_admin_areas.py [--check]

Writes ``packs/th-admin/areas/th-admin.csv`` from the data inside the installed `geothai` (group `dev`, version
pinned there; data under CC BY 4.0, codes and names of the Department of Provincial Administration). The written file is
committed; ``--check`` writes nothing and exits 1 when it differs. Names are kept as they are, but for the word เขต
before districts of Bangkok: the level says it, as it does for every other district.

A day from which an area lives is written only where a notice in the Royal Gazette gives it: the areas that followed
areas abolished by that notice, a district all of whose subdistricts came from other districts on that day, and Bueng
Kan. Notices
that only raised a minor district (กิ่งอำเภอ) to a district are left aside: the place was there before.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import geothai
from geothai.abolished import abolished_areas

ROOT = Path(__file__).resolve().parents[1]
PACKS = ROOT / "src" / "mudmai" / "packs"
TARGET = PACKS / "th-admin" / "areas" / "th-admin.csv"
PROVINCES = PACKS / "th-areas" / "areas" / "th-nesdc.csv"

COLUMNS = ("code", "name_th", "name_en", "level", "parent", "valid_from", "valid_to", "aliases")
BORN = {"38": "2011-03-23"}
"""The Act establishing Bueng Kan came into force on 23 March 2011 (BE 2554)."""
_MINOR = "กิ่งอำเภอ"
_KHET = "เขต"
_BANGKOK = "10"

Row = dict[str, str]


def known_beginnings() -> dict[str, str]:
    """Code → the day from which it lives, where a notice says so."""
    found = dict(BORN)
    split: set[str] = set()
    for one in abolished_areas():
        if one.successors_basis == "notice" and one.successors_in_force and _MINOR not in (one.successors_source or ""):
            split.add(one.code[:4])
            for code in one.successors:
                found[code] = max(found.get(code, ""), one.successors_in_force)
    for province in geothai.provinces():
        for district in geothai.districts(province.code):
            days = {found.get(one.code) for one in geothai.subdistricts(district.code)}
            if len(days) == 1 and None not in days and district.code not in split:
                found.setdefault(district.code, str(*days))
    return found


def rows() -> Iterator[Row]:
    """Kingdom, provinces, districts, subdistricts, each level in the order of its codes."""
    with PROVINCES.open(encoding="utf-8", newline="") as file:
        written = {row["code"]: row for row in csv.DictReader(file)}
    born = known_beginnings()
    yield _row("TH", written["TH"]["name_th"], written["TH"]["name_en"], "kingdom", "", "", "")
    provinces = geothai.provinces()
    for one in provinces:
        kept = written[f"TH-{one.code}"]
        if (kept["name_th"], kept["name_en"]) != (one.name_th, one.name_en):
            print(f"names of {one.code} differ: {kept['name_th']}, {one.name_th}, {one.name_en}", file=sys.stderr)
        start = born.get(one.code, "")
        yield _row(kept["code"], kept["name_th"], kept["name_en"], "province", "TH", start, kept["aliases"])
    districts = [one for province in provinces for one in geothai.districts(province.code)]
    for one in districts:
        name = one.name_th.removeprefix(_KHET) if one.province_code == _BANGKOK else one.name_th
        yield _small(one.code, name, one.name_en, "district", born)
    for district in districts:
        for one in geothai.subdistricts(district.code):
            yield _small(one.code, one.name_th, one.name_en, "subdistrict", born)


def _small(code: str, th: str, en: str, level: str, born: dict[str, str]) -> Row:
    return _row(f"TH-{code}", th, en, level, f"TH-{code[:-2]}", born.get(code, ""), f"{code}|TH{code}")


def _row(code: str, th: str, en: str, level: str, parent: str, start: str, aliases: str) -> Row:
    return dict(zip(COLUMNS, (code, th, en, level, parent, start, "", aliases), strict=True))


def table() -> str:
    """The table as it is committed."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return out.getvalue()


def main() -> int:
    """Write or compare."""
    said = table()
    if "--check" in sys.argv[1:]:
        same = TARGET.is_file() and TARGET.read_text("utf-8") == said
        print(f"{TARGET.relative_to(ROOT)}: {'as committed' if same else 'differs'}")
        return 0 if same else 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(said, "utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {said.count(chr(10)) - 1} areas")
    return 0


if __name__ == "__main__":
    sys.exit(main())
