"""One A4 page per project and per area, as PDF: the answers that people ask for first, in their order."""

from mudmai.exchange.one_page.pages import area_page, project_page
from mudmai.exchange.one_page.sheets import (
    AreaMoney,
    AreaSheet,
    IndicatorLine,
    Named,
    ProjectLine,
    ProjectSheet,
    Result,
    Stage,
    StageMoney,
    Tone,
)

__all__ = [
    "AreaMoney",
    "AreaSheet",
    "IndicatorLine",
    "Named",
    "ProjectLine",
    "ProjectSheet",
    "Result",
    "Stage",
    "StageMoney",
    "Tone",
    "area_page",
    "project_page",
]
