"""Every kind of page, by its Thai address; the English twin stands under ``/en``."""

from __future__ import annotations

from mudmai.workspace import Workspace

PLAIN = (
    "/",
    "/?year=2019",
    "/plans/th-m8/",
    "/plans/th-m8/strategies/",
    "/areas/",
    "/areas/?q=ขอนแก่น",
    "/areas/TH/",
    "/areas/TH-40/",
    "/areas/NESDC-NE/",
    "/indices/",
    "/indices/province-base/",
    "/indices/province-base/?year=2560&w.base=60&w.gini=0",
    "/indices/province-base/TH-40/",
    "/indices/province-base/TH-18/",
    "/datasets/",
    "/datasets/?q=ประชากร&geo=province",
    "/datasets/?q=ประชากน",
    "/datasets/nesdc-accounts/",
    "/datasets/nso-labour-force/?series=employed;sex=F&area=TH-40",
    "/datasets/smart-cities/",
    "/about/",
    "/preferences",
    *(f"/plans/th-m8/indicators/{i}/" for i in ("I1.1", "I1.2", "I2.1", "I2.2", "I3.1", "I3.2")),
    "/plans/th-m8/indicators/I1.1/?sort=-value&map=value&year=2562&reading=real-mean-5",
)
WORK = (
    "th-m8/I1.1/NESDC-NE/2019?reading=real-cagr-4",
    "th-m8/I2.1/NSOI-S/2023",
    "th-m8/I3.1/TH/2025",
    "th-m8/I2.2/NSO-N/2020",
)


def addresses(workspace: Workspace, prefix: str = "") -> list[str]:
    """All pages in one language."""
    release = workspace.release().id
    return [prefix + one for one in (*PLAIN, *(f"/r/{release}/{w}" for w in WORK))]


VISITOR = (
    "projects",
    "projects?q=zzzz",
    "projects?area=NESDC-NE&system=th-nesdc",
    "projects_alike",
    "cascade",
    "programmes",
    "programme",
    "programme?event=1&day=2024-01-01&open=all",
    "programme?day=x",
    "programme_print_page",
    "project",
    "project_reports",
)
"""Pages of the register that a visitor reads, by name; those that take a project or programme take a released one."""

OFFICER = (
    "new_programme",
    "projects_alike",
    "programmes",
    *("programme", "programme_list_load", "programme_list_preview", "programme_links", "programme_alike"),
    *("programme_load", "programme_preview", "programme_revised", "monitoring_settings", "report_sheet"),
    *("project", "project_edit", "project_links", "project_new", "project_change", "project_report"),
    *("project_report?period=2023-Q4", "project_report?period=2024-Q3", "programme_list_preview?faulty"),
    *("project_move", "project_merge?q=ถนน", "project_duplicate", "project_remove", "project_restore"),
    "project_details",
    *(f"project_detail?{k}" for k in ("milestone", "party", "contract", "risk", "indicator", "document")),
    *(f"project_detail?{k}/new" for k in ("milestone", "party", "contract", "risk", "indicator", "document")),
    "project_detail_remove",
    *("project_reports", "report_review", "jobs", "job"),
)
"""Pages of the register that an officer works in; those that take a project or programme take a draft."""

FILES = (
    *(
        "projects_table",
        "cascade_table",
        "programme_print",
        "programme_blank",
        "project_sign",
        "project_pdf",
        "area_pdf",
    ),
    *("project_document", "report_sheet_file", "report_evidence"),
)
"""Addresses of the register that give a file."""

INVENTORIES = (
    *("inventories", "inventory", "inventory_new", "inventory_settings", "inventory_release", "inventory_sheet"),
    *("inventory_entry_new", "inventory_entry", "inventory_entry_remove", "inventory_balance"),
)
"""Pages of city inventories, by name: what a visitor reads and what those of the city work in."""

INVENTORY_FILES = ("inventory_table",)
"""Addresses of inventories that give a file."""

CITY_SIDE = (
    *("assessments", "criteria", "cities", "cities?q=zzzz", "new_city", "city", "city_change"),
    *("city_roadmap", "city_roadmap?print=1", "roadmap_new?criterion=sc-problems", "roadmap_item"),
    *("new_call", "call", "call_change", "city_file", "city_file?print=1", "file_part"),
    *("file_evidence", "file_evidence?figure=measure:projects.count", "file_evidence?q=zzzz", "file_load"),
)
"""Pages of the assessment of cities for the city's side, by name; read with a file that is being filled."""

CITY_FILES = ("criteria_book", "file_book", "evidence_file")
"""Addresses of the city's side that give a file."""
