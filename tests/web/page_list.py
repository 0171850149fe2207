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
