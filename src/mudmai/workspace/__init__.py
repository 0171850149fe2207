"""The folder in which one installation keeps packs, releases and caches, and the answers computed from them.

The one service layer between the faces (command line, API, pages) and the floors below. It knows no web framework.
"""

from mudmai.workspace.results import (
    AreaIndicator,
    AreaLine,
    AreaView,
    Explanation,
    IndicatorSummary,
    IndicatorView,
    InputUsed,
    Membership,
    ObservationPage,
    PackState,
    PackUsed,
    Scorecard,
    ScoreRow,
    SeriesInfo,
    SituationFigure,
    path_as_dict,
    source_as_dict,
)
from mudmai.workspace.starter import Progress
from mudmai.workspace.workspace import Workspace, Year

__all__ = [
    "AreaIndicator",
    "AreaLine",
    "AreaView",
    "Explanation",
    "IndicatorSummary",
    "IndicatorView",
    "InputUsed",
    "Membership",
    "ObservationPage",
    "PackState",
    "PackUsed",
    "Progress",
    "ScoreRow",
    "Scorecard",
    "SeriesInfo",
    "SituationFigure",
    "Workspace",
    "Year",
    "path_as_dict",
    "source_as_dict",
]
