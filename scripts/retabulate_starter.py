"""Re-tabulate the starter content of the packs th-areas and th-m8 from the collected official figures.

    python scripts/retabulate_starter.py [--data ../shared/data] [--check]

Writes the area tables (``src/mudmai/packs/th-areas/areas/*.csv``) and the tidy figures
(``src/mudmai/packs/th-m8/data/*.csv``). The written files are committed; this script shows how every one of them came
about and writes the same bytes again from the same inputs. ``--check`` writes nothing and exits 1 when a committed file
differs. No figure is changed, filled in or rounded; what a publisher prints as 0 for an area that did not exist is left
out. ``plan_situation.csv`` is typed by hand from the plan document and is not touched.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKS = ROOT / "src" / "mudmai" / "packs"

Row = dict[str, str]

# The collected province table and NESDC file exchange these two (their names sound alike and were matched loosely):
# Sing Buri carries Si Sa Ket's regions, cluster and NESDC code, and the other way round. Populations settle it: about
# 200 thousand against 970 thousand. The checks below would fail without this correction.
EXCHANGED = ("17", "33")
EXCHANGED_COLUMNS = ("nesdc_code", "region_nso5", "region_nesdc_grp7", "nesdc_cluster18")

# Spellings of NESDC that differ from the province table by more than spaces and capitals.
NESDC_SPELLINGS = {
    "bangkokmetropolis": "bangkok",
    "phranakhonsriayuthaya": "phranakhonsiayutthaya",
    "sakaew": "sakaeo",
    "amnatchareon": "amnatcharoen",
    "phachuapkhirikhan": "prachuapkhirikhan",
}

BORN = {"38": "2011-03-23"}
"""Provinces younger than the figures: the Act establishing Bueng Kan came into force on 23 March 2011 (BE 2554)."""

NESDC_REGIONS = {
    "Bangkok And Vicinities": ("NESDC-BKV", "กรุงเทพมหานครและปริมณฑล", "Bangkok and Vicinities"),
    "Central": ("NESDC-C", "ภาคกลาง", "Central"),
    "Eastern": ("NESDC-E", "ภาคตะวันออก", "East"),
    "Western": ("NESDC-W", "ภาคตะวันตก", "West"),
    "Northern": ("NESDC-N", "ภาคเหนือ", "North"),
    "Northeastern": ("NESDC-NE", "ภาคตะวันออกเฉียงเหนือ", "Northeast"),
    "Southern": ("NESDC-S", "ภาคใต้", "South"),
}
NSO_REGIONS = {
    "Bangkok": ("NSO-BKK", "กรุงเทพมหานคร", "Bangkok"),
    "Central": ("NSO-C", "ภาคกลาง (ไม่รวมกรุงเทพมหานคร)", "Central (excluding Bangkok)"),
    "North": ("NSO-N", "ภาคเหนือ", "North"),
    "Northeast": ("NSO-NE", "ภาคตะวันออกเฉียงเหนือ", "Northeast"),
    "South": ("NSO-S", "ภาคใต้", "South"),
}
NSO_INCOME_REGIONS = {
    "Bangkok+3": ("NSOI-BKK3", "กรุงเทพมหานครและ 3 จังหวัดปริมณฑล", "Bangkok and 3 vicinity provinces"),
    "Central": ("NSOI-C", "ภาคกลาง (ไม่รวมกรุงเทพมหานครและ 3 จังหวัด)", "Central (excluding Bangkok and 3 provinces)"),
    "North": ("NSOI-N", "ภาคเหนือ", "North"),
    "Northeast": ("NSOI-NE", "ภาคตะวันออกเฉียงเหนือ", "Northeast"),
    "South": ("NSOI-S", "ภาคใต้", "South"),
}
BANGKOK_AND_THREE = ("10", "11", "12", "13")

PLAN_REGIONS = {
    "PLAN6-N": ("ภาคเหนือ", "North"),
    "PLAN6-NE": ("ภาคตะวันออกเฉียงเหนือ", "Northeast"),
    "PLAN6-C": ("ภาคกลาง (รวมกรุงเทพมหานคร)", "Central (including Bangkok)"),
    "PLAN6-E": ("ภาคตะวันออก", "East"),
    "PLAN6-S": ("ภาคใต้ (ไม่รวมภาคใต้ชายแดน)", "South (excluding the Southern Border)"),
    "PLAN6-SB": ("ภาคใต้ชายแดน", "Southern Border"),
}
# NESDC's English cluster name → code, region of the development plan, Thai and English name.
CLUSTERS = {
    "Upper Northern Subregion 1": ("CL-N-U1", "PLAN6-N", "กลุ่มจังหวัดภาคเหนือตอนบน 1", "Upper North cluster 1"),
    "Upper Northern Subregion 2": ("CL-N-U2", "PLAN6-N", "กลุ่มจังหวัดภาคเหนือตอนบน 2", "Upper North cluster 2"),
    "Lower Northern Subregion 1": ("CL-N-L1", "PLAN6-N", "กลุ่มจังหวัดภาคเหนือตอนล่าง 1", "Lower North cluster 1"),
    "Lower Northern Subregion 2": ("CL-N-L2", "PLAN6-N", "กลุ่มจังหวัดภาคเหนือตอนล่าง 2", "Lower North cluster 2"),
    "Upper Northeastern Subregion 1": (
        "CL-NE-U1", "PLAN6-NE", "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนบน 1", "Upper Northeast cluster 1",
    ),
    "Upper Northeastern Subregion 2": (
        "CL-NE-U2", "PLAN6-NE", "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนบน 2", "Upper Northeast cluster 2",
    ),
    "Central Northeastern Subregion": (
        "CL-NE-M", "PLAN6-NE", "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนกลาง", "Middle Northeast cluster",
    ),
    "Lower Northeastern Subregion 1": (
        "CL-NE-L1", "PLAN6-NE", "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนล่าง 1", "Lower Northeast cluster 1",
    ),
    "Lower Northeastern Subregion 2": (
        "CL-NE-L2", "PLAN6-NE", "กลุ่มจังหวัดภาคตะวันออกเฉียงเหนือตอนล่าง 2", "Lower Northeast cluster 2",
    ),
    "Upper Central Subregion": ("CL-C-U", "PLAN6-C", "กลุ่มจังหวัดภาคกลางตอนบน", "Upper Central cluster"),
    "Center Central Subregion": ("CL-C-V", "PLAN6-C", "กลุ่มจังหวัดภาคกลางปริมณฑล", "Central Vicinity cluster"),
    "Lower Central Subregion 1": ("CL-C-L1", "PLAN6-C", "กลุ่มจังหวัดภาคกลางตอนล่าง 1", "Lower Central cluster 1"),
    "Lower Central Subregion 2": ("CL-C-L2", "PLAN6-C", "กลุ่มจังหวัดภาคกลางตอนล่าง 2", "Lower Central cluster 2"),
    "Eastern Subregion 1": ("CL-E-1", "PLAN6-E", "กลุ่มจังหวัดภาคตะวันออก 1", "Eastern cluster 1"),
    "Eastern Subregion 2": ("CL-E-2", "PLAN6-E", "กลุ่มจังหวัดภาคตะวันออก 2", "Eastern cluster 2"),
    "East Coast Southern Subregion": ("CL-S-G", "PLAN6-S", "กลุ่มจังหวัดภาคใต้ฝั่งอ่าวไทย", "Southern Gulf Coast cluster"),
    "West Coast Southern Subregion": ("CL-S-A", "PLAN6-S", "กลุ่มจังหวัดภาคใต้ฝั่งอันดามัน", "Southern Andaman Coast cluster"),
    "Southern Border Subregion": ("CL-SB", "PLAN6-SB", "กลุ่มจังหวัดภาคใต้ชายแดน", "Southern Border cluster"),
}  # fmt: skip
ZONES = {
    "SEZ-EEC": ("เขตพัฒนาพิเศษภาคตะวันออก", "Eastern Economic Corridor (EEC)", ("20", "21", "24")),
    "SEZ-SEC": ("ระเบียงเศรษฐกิจภาคใต้", "Southern Economic Corridor (SEC)", ("80", "84", "85", "86")),
    "SEZ-BORDER": ("เขตพัฒนาเศรษฐกิจพิเศษชายแดน", "Border special economic zones", ()),
}

AREA_COLUMNS = ("code", "name_th", "name_en", "level", "parent", "valid_from", "valid_to", "aliases")
LINK_COLUMNS = ("origin", "destination", "weight")
TIDY_COLUMNS = ("area_system", "area", "period", "series", "value", "flag", "source", "method", "locator")
KINGDOM = {"code": "TH", "name_th": "ประเทศไทย", "name_en": "Thailand", "level": "kingdom"}

FIRST_PROVINCE_YEAR = 2011
"""Provinces start where today's 77 begin; kingdom and regions go back to 1995."""


def main(arguments: list[str] | None = None) -> int:
    """Write (or with ``--check`` compare) all files; the exit code is 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with geo/ and stats/"
    )
    parser.add_argument("--check", action="store_true", help="compare only")
    chosen = parser.parse_args(arguments)
    differing = []
    for path, text in tables(chosen.data):
        old = path.read_text(encoding="utf-8") if path.is_file() else None
        if old == text:
            continue
        differing.append(path)
        if not chosen.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    for path in differing:
        print(("differs: " if chosen.check else "written: ") + str(path.relative_to(ROOT)))
    return 1 if chosen.check and differing else 0


def tables(data: Path) -> Iterator[tuple[Path, str]]:
    """Every file as (path, text)."""
    provinces = read_provinces(data)
    for name, areas in area_tables(provinces).items():
        yield PACKS / "th-areas" / "areas" / f"{name}.csv", write(AREA_COLUMNS, areas)
    yield PACKS / "th-areas" / "areas" / "th-nesdc-to-th-sez.csv", write(LINK_COLUMNS, zone_links())
    figures = PACKS / "th-m8" / "data"
    yield figures / "nesdc_accounts.csv", write(TIDY_COLUMNS, nesdc_accounts(data, provinces))
    sexed = (*TIDY_COLUMNS[:5], "sex", *TIDY_COLUMNS[5:])
    yield figures / "nso_labour_force.csv", write(sexed, nso_labour_force(data, provinces))
    yield figures / "nso_income_gini.csv", write(TIDY_COLUMNS, nso_income_gini(data))
    yield figures / "boi_applications.csv", write(TIDY_COLUMNS, boi_applications(data))
    yield figures / "smart_cities.csv", write(TIDY_COLUMNS, smart_cities(data))


def write(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    """CSV text with Unix line ends; absent cells are empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# Areas ---------------------------------------------------------------------------------------------------------------


def read_provinces(data: Path) -> list[Row]:
    """The province table with the two exchanged provinces put right."""
    rows = read_rows(data / "geo" / "provinces_master.csv")
    by_code = {r["code"]: r for r in rows}
    one, other = (by_code[c] for c in EXCHANGED)
    if one["region_nesdc_grp7"] != "Central":  # still exchanged in the collected file
        for column in EXCHANGED_COLUMNS:
            one[column], other[column] = other[column], one[column]
    must(
        one["region_nesdc_grp7"] == "Central" and other["region_nesdc_grp7"] == "Northeastern", "Sing Buri / Si Sa Ket"
    )
    must(len(rows) == 77, "77 provinces")
    return rows


def area_tables(provinces: list[Row]) -> dict[str, list[Row]]:
    """The six area tables."""
    nesdc = {r["code"]: NESDC_REGIONS[r["region_nesdc_grp7"]][0] for r in provinces}
    nso = {r["code"]: NSO_REGIONS[r["region_nso5"]][0] for r in provinces}
    income = {
        r["code"]: "NSOI-BKK3" if r["code"] in BANGKOK_AND_THREE else NSO_INCOME_REGIONS[r["region_nso5"]][0]
        for r in provinces
    }
    clusters = {r["code"]: CLUSTERS[r["nesdc_cluster18"]][0] if r["nesdc_cluster18"] else "PLAN6-C" for r in provinces}
    plan_regions = [region(code, th, en) for code, (th, en) in PLAN_REGIONS.items()]
    cluster_rows = [
        {"code": code, "name_th": th, "name_en": en, "level": "cluster", "parent": parent}
        for code, parent, th, en in CLUSTERS.values()
    ]
    zones = [{**region(code, th, en), "level": "zone"} for code, (th, en, _) in ZONES.items()]
    return {
        "th-nesdc": [KINGDOM, *(region(*r) for r in NESDC_REGIONS.values()), *province_rows(provinces, nesdc)],
        "th-nso": [KINGDOM, *(region(*r) for r in NSO_REGIONS.values()), *province_rows(provinces, nso)],
        "th-nso-income": [
            KINGDOM, *(region(*r) for r in NSO_INCOME_REGIONS.values()), *province_rows(provinces, income),
        ],
        "th-clusters": [KINGDOM, *plan_regions, *cluster_rows, *province_rows(provinces, clusters)],
        "th-sez": [KINGDOM, *zones],
        "th-nation": [KINGDOM],
    }  # fmt: skip


def region(code: str, th: str, en: str) -> Row:
    """One region below the kingdom."""
    return {"code": code, "name_th": th, "name_en": en, "level": "region", "parent": "TH"}


def province_rows(provinces: list[Row], parents: dict[str, str]) -> Iterator[Row]:
    """The provinces with the other codes they are known by: DOPA, OCHA p-code, HASC, NESDC."""
    for one in sorted(provinces, key=lambda r: r["code"]):
        code = one["code"]
        yield {
            "code": one["iso3166_2"],
            "name_th": one["name_th"],
            "name_en": one["name_en"],
            "level": "province",
            "parent": parents[code],
            "valid_from": BORN.get(code, ""),
            "aliases": "|".join((code, f"TH{code}", one["hasc"], one["nesdc_code"])),
        }


def zone_links() -> Iterator[Row]:
    """Whole provinces that make up the EEC and the SEC; border zones are parts of provinces and get no link."""
    yield {"origin": "TH", "destination": "TH", "weight": "1"}
    for zone, (_, _, members) in ZONES.items():
        for code in members:
            yield {"origin": f"TH-{code}", "destination": zone, "weight": "1"}


# Figures -------------------------------------------------------------------------------------------------------------


def nesdc_accounts(data: Path, provinces: list[Row]) -> list[Row]:
    """Gross regional and provincial product, population and product per head; 2020 is preliminary."""
    rows = read_rows(data / "stats" / "nesdc_per_capita_long_1995_2020.csv")
    by_name = {plain(r["name_en"]): r for r in provinces}
    regions = {name.upper(): found[0] for name, found in NESDC_REGIONS.items()}
    quantities = (
        ("grp_current", "current_million_baht", "nesdc-current-prices", "current market prices"),
        ("grp_cvm", "cvm2002_million_baht", "nesdc-cvm-2002", "chain volume measures"),
        ("population", "population_thousand", "nesdc-population", "population (1,000 persons)"),
        ("grp_per_head", "per_capita_baht", "nesdc-current-prices", "per capita (baht)"),
    )
    found = []
    for row in rows:
        name, year = row["area_nesdc_en"], int(row["year"])
        if row["level"] == "Whole Kingdom":
            area = "TH"
        elif row["level"] == "Regional":
            area = regions[name]
        elif row["level"] == "Provincial":
            spelt = plain(name)
            area = by_name[NESDC_SPELLINGS.get(spelt, spelt)]["iso3166_2"]
            if year < FIRST_PROVINCE_YEAR:
                continue
        else:
            continue
        for series, column, method, words in quantities:
            must(float(row[column]) > 0, f"{name} {year} {column}")
            # Bueng Kan's chained volumes start in 2011 and refer to prices of that year, not of 2002.
            other_reference = area == "TH-38" and series == "grp_cvm"
            found.append(
                {
                    "area_system": "th-nesdc",
                    "area": area,
                    "period": str(year),
                    "series": series,
                    "value": row[column],
                    "flag": "P" if year == 2020 else "D" if other_reference else "A",
                    "source": "nesdc-gpp-2563",
                    "method": method,
                    "locator": f"{name}; {words}; {year}",
                }
            )
    check_accounts(found, provinces)
    order = {code: n for n, code in enumerate(["TH", *regions.values(), *(r["iso3166_2"] for r in provinces)])}
    return sorted(found, key=lambda r: (r["series"], order[r["area"]], r["period"]))


def check_accounts(rows: list[Row], provinces: list[Row]) -> None:
    """Regions add up to the kingdom and provinces to their region: the membership of the table is the publisher's."""
    value = {(r["area"], r["period"]): float(r["value"]) for r in rows if r["series"] == "grp_current"}
    for year in range(1995, 2021):
        total = sum(value[code, str(year)] for code, _, _ in NESDC_REGIONS.values())
        must(abs(total - value["TH", str(year)]) < 1, f"regions make the kingdom {year}")
    for name, (code, _, _) in NESDC_REGIONS.items():
        members = [r["iso3166_2"] for r in provinces if r["region_nesdc_grp7"] == name]
        for year in range(FIRST_PROVINCE_YEAR, 2021):
            total = sum(value[m, str(year)] for m in members)
            must(abs(total - value[code, str(year)]) < 1, f"provinces make {name} {year}")


def nso_labour_force(data: Path, provinces: list[Row]) -> list[Row]:
    """Employed persons, fourth quarters; by sex 2014-2019; of 2020 and 2021 what is at hand."""
    codes = {"TH": "TH", "10": "NSO-BKK", "R-C": "NSO-C", "R-N": "NSO-N", "R-NE": "NSO-NE", "R-S": "NSO-S"}
    sexes = {"T": ("", "total"), "M": ("M", "male"), "F": ("F", "female")}
    found: list[Row] = []

    def add(area: str, year: str, sex: str, value: str, source: str, locator: str) -> None:
        found.append(
            {
                "area_system": "th-nso",
                "area": area,
                "period": f"{year}-Q4",
                "series": "employed",
                "value": value,
                "sex": sex,
                "flag": "A",
                "source": source,
                "method": "nso-lfs-2014",
                "locator": locator,
            }
        )

    for row in read_rows(data / "stats" / "nso_lfs_q4_region_province_2014_2019.csv"):
        sex, sex_word = sexes[row["sex"]]
        locator = f"Q4/{row['year']}; {row['name_en']}; employed; {sex_word}"
        area = codes[row["code"]] if row["level"] == "region" else f"TH-{row['code']}"
        add(area, row["year"], sex, row["employed"], "nso-lfs-q4", locator)
        if area == "NSO-BKK":  # the survey prints Bangkok once; it is a region and a province
            add("TH-10", row["year"], sex, row["employed"], "nso-lfs-q4", locator)
    check_labour_force(found, provinces)
    by_name = {plain(r["name_en"]): r["iso3166_2"] for r in provinces}
    named = {"Whole Kingdom": "TH", "Central": "NSO-C"}
    for row in read_rows(data / "stats" / "nso_lfs_q4_2011_2021_kingdom_central_western.csv"):
        if row["year"] not in ("2020", "2021"):
            continue
        name = row["province_en"]
        column = next(c for c in row if c.startswith("employed_total_q4"))
        area = named.get(name) or by_name[plain(name)]
        value = row[column].removesuffix(".0")
        add(
            area,
            row["year"],
            "",
            value,
            "nso-lfs-q4-compiled",
            f"Q4/{row['year']}; {name}; employed by industry; total",
        )
    return sorted(found, key=lambda r: (r["sex"], r["area"].startswith("TH-"), r["area"], r["period"]))


def check_labour_force(rows: list[Row], provinces: list[Row]) -> None:
    """Provinces add up to their region within rounding (1 person for each)."""
    value = {(r["area"], r["period"]): float(r["value"]) for r in rows if not r["sex"]}
    for name, (code, _, _) in NSO_REGIONS.items():
        members = [r["iso3166_2"] for r in provinces if r["region_nso5"] == name]
        for year in range(2014, 2020):
            total = sum(value[m, f"{year}-Q4"] for m in members)
            must(abs(total - value[code, f"{year}-Q4"]) <= len(members), f"provinces make {name} {year}")


def nso_income_gini(data: Path) -> list[Row]:
    """Gini of household income; from 2023 of equivalised income: the series declares the break."""
    codes = {"TH": "TH", "R-BKK3": "NSOI-BKK3", "R-C": "NSOI-C", "R-N": "NSOI-N", "R-NE": "NSOI-NE", "R-S": "NSOI-S"}
    pages = {
        "income-province-2554/files/assets/basic-html/page129.html": ("nso-income-2554", "p. 129; table A6"),
        "income-province-2556/files/assets/basic-html/page108.html": ("nso-income-2556", "p. 108; table 20"),
        "Income_2562/107": ("nso-income-2562", "p. 107; table 19"),
        "Income_2564/154": ("nso-income-2564", "p. 154; table A9"),
        "Income-2566/10": ("nso-income-2566", "p. 10"),
        "Income-2566/112": ("nso-income-2566", "p. 112"),
    }
    found = []
    for row in read_rows(data / "stats" / "nso_gini_income_partial_2549_2566.csv"):
        source, page = next(v for k, v in pages.items() if row["source"].endswith("Analytical-Reports/" + k))
        found.append(
            {
                "area_system": "th-nso-income",
                "area": codes[row["code"]] if row["level"] == "region" else f"TH-{row['code']}",
                "period": row["year_ce"],
                "series": "gini_income_nso",
                "value": row["gini"],
                "flag": "B" if row["year_ce"] == "2023" else "A",
                "source": source,
                "method": "nso-income-equivalised" if row["year_ce"] == "2023" else "nso-income-per-head",
                "locator": f"{page}; {row['name_th']}; {row['year_be']}",
            }
        )
    return sorted(found, key=lambda r: (r["area"].startswith("TH-"), r["area"], r["period"]))


def boi_applications(data: Path) -> list[Row]:
    """Investment promotion applied for, by province and in all; projects without a place are in the total only."""
    quantities = (
        ("boi_applied_investment", "total_investment", "total investment (million baht)"),
        ("boi_applied_projects", "number_of_projects", "number of projects"),
    )
    found = []
    for row in read_rows(data / "stats" / "boi_applications_by_province_2015_2022.csv"):
        if row["level"] == "National":
            area = "TH"
        elif row["level"] == "Provincial" and row["code"]:
            area = f"TH-{row['code']}"
        else:
            continue  # the publisher's own six regions, and projects without a place
        for series, column, words in quantities:
            found.append(
                {
                    "area_system": "th-nesdc",
                    "area": area,
                    "period": row["year"],
                    "series": series,
                    "value": row[column].replace(",", ""),  # the table separates thousands in a few cells
                    "flag": "A",
                    "source": "boi-applications",
                    "method": "boi-applied",
                    "locator": f"{row['province_th']}; {words}; {row['year']}",
                }
            )
    return sorted(found, key=lambda r: (r["series"], r["area"], r["period"]))


def smart_cities(data: Path) -> list[Row]:
    """Certified smart cities, counted at the end of the year or at the latest announcement in it."""
    sources = {
        "2564": ("depa-smart-city-2564", "A"),
        "2565": ("depa-smart-city-2565", "A"),
        "2566": ("smart-city-list", "U"),
        "2568": ("mdes-smart-city-2568", "A"),
    }
    found = []
    for row in read_rows(data / "stats" / "smart_city_count_by_year.csv"):
        if row["year_be"] not in sources:
            continue  # 1 January 2569 repeats the count of 2568; 2570 is the target, not a figure
        source, flag = sources[row["year_be"]]
        found.append(
            {
                "area_system": "th-nation",
                "area": "TH",
                "period": str(int(row["year_be"]) - 543),
                "series": "smart_cities_certified",
                "value": row["certified_cumulative"],
                "flag": flag,
                "source": source,
                "method": "depa-certified",
                "locator": f"count as of {row['date']}",
            }
        )
    return found


def plain(name: str) -> str:
    """A name without spaces, hyphens and capitals."""
    return name.lower().replace(" ", "").replace("-", "")


def must(holds: bool, what: str) -> None:
    """Stop when the inputs are not what this script knows."""
    if not holds:
        sys.exit(f"the inputs do not fit: {what}")


if __name__ == "__main__":
    sys.exit(main())
