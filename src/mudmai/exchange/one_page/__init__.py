"""One A4 page per project, area and certificate, as PDF: the answers that people ask for first, in their order."""

from mudmai.exchange.one_page.pages import area_page, certificate_page, project_page
from mudmai.exchange.one_page.sheets import (
    AreaMoney,
    AreaSheet,
    CertificateSheet,
    IndicatorLine,
    Named,
    ProjectLine,
    ProjectSheet,
    Result,
    Stage,
    StageMoney,
    Tone,
    WrittenPart,
)

__all__ = [
    "AreaMoney",
    "AreaSheet",
    "CertificateSheet",
    "IndicatorLine",
    "Named",
    "ProjectLine",
    "ProjectSheet",
    "Result",
    "Stage",
    "StageMoney",
    "Tone",
    "WrittenPart",
    "area_page",
    "certificate_page",
    "project_page",
]
