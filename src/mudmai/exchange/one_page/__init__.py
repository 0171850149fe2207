"""One A4 page per project, area, certificate and city, as PDF: the answers that people ask for first."""

from mudmai.exchange.one_page.pages import area_page, certificate_page, profile_page, project_page
from mudmai.exchange.one_page.sheets import (
    AreaMoney,
    AreaSheet,
    CertificateSheet,
    DotLine,
    IndicatorLine,
    Named,
    ProfilePart,
    ProfileSheet,
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
    "DotLine",
    "IndicatorLine",
    "Named",
    "ProfilePart",
    "ProfileSheet",
    "ProjectLine",
    "ProjectSheet",
    "Result",
    "Stage",
    "StageMoney",
    "Tone",
    "WrittenPart",
    "area_page",
    "certificate_page",
    "profile_page",
    "project_page",
]
