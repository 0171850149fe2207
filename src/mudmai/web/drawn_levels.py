"""The outlines of all areas of a level, drawn once for all pages and kept while packs and imported outlines are the
same."""

from __future__ import annotations

from mudmai.core.language import Language
from mudmai.web.charts.maps import Outlines, outlines
from mudmai.workspace import Workspace


def drawn_level(workspace: Workspace, system: str, level: str, language: Language) -> Outlines | None:
    """The drawing; None where no area of the level has an outline."""
    collection = workspace.areas_geojson(system, level)
    key = ("drawn-level", workspace.shelf.digest, system, level, language, id(collection))
    return workspace.remembered(key, lambda: outlines(collection["features"], language))
