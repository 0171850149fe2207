"""The folder of one installation: ``MUDMAI_HOME``, or ``./var``. Nothing is ever written outside it.

::

    <home>/store/       releases of observations (:mod:`mudmai.engine.releases`)
    <home>/packs/       packs of this installation; one with the id of a shipped pack takes its place
    <home>/desk/        states of the definitions made on the desk (:mod:`mudmai.workspace.overlay`)
    <home>/areas/       imported outlines: <system>/<level>.geojson
    <home>/raw/         files as they came in, by content (:mod:`mudmai.workspace.raw_files`)
    <home>/workers/     marks of living workers for long work
    <home>/exports/     files written for people
    <home>/cache/       derived files that may be deleted at any time
    <home>/starter.json which starter data ``init`` loaded, by content
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below ``root``; folders are made by whoever writes into them first."""

    root: Path

    @property
    def store(self) -> Path:
        """Releases."""
        return self.root / "store"

    @property
    def packs(self) -> Path:
        """Packs of this installation."""
        return self.root / "packs"

    @property
    def areas(self) -> Path:
        """Imported outlines."""
        return self.root / "areas"

    @property
    def exports(self) -> Path:
        """Files written for people."""
        return self.root / "exports"

    @property
    def cache(self) -> Path:
        """Derived files."""
        return self.root / "cache"

    @property
    def starter(self) -> Path:
        """What ``init`` loaded."""
        return self.root / "starter.json"


def home_folder(home: Path | None = None, environment: Mapping[str, str] | None = None) -> Home:
    """``home`` if given, else ``MUDMAI_HOME``, else ``var`` in the current folder.

    >>> home_folder(None, {"MUDMAI_HOME": "/data/mudmai"}).store.as_posix()
    '/data/mudmai/store'
    """
    given = (os.environ if environment is None else environment).get("MUDMAI_HOME", "").strip()
    root = home if home is not None else Path(given or "var")
    return Home(root.expanduser().absolute())
