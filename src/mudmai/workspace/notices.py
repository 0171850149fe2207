"""Public notices about a dataset: what was withdrawn, when and why; files, so that public pages need no database.

``<home>/notices/<dataset>.json`` is a list, oldest first. A notice is written before the rows leave the served
release: whoever sees them gone finds the reason.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mudmai.core.language import Text
from mudmai.workspace.durable_files import read_json, write_json
from mudmai.workspace.publishing import mark_of

if TYPE_CHECKING:
    import pyarrow as pa

    from mudmai.workspace.results import Explanation, InputUsed
    from mudmai.workspace.workspace import Workspace

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Notice:
    """Figures that were withdrawn. ``release`` brought them, ``facts`` says how many they were, ``series``/``first``/
    ``last`` which (ISO periods); ``reason`` is what the publisher wrote, in whichever language."""

    id: str
    at: datetime
    organisation: Text
    reason: str
    release: str
    facts: int
    series: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    table: str = ""
    """The withdrawn facts themselves: a kept Parquet by its hash."""


def public_notices(workspace: Workspace, dataset: str) -> tuple[Notice, ...]:
    """Notices about the dataset, newest first; none where nothing was ever withdrawn."""
    return tuple(_notice(told) for told in reversed(_read(_path(workspace, dataset))))


def keep_notice(workspace: Workspace, dataset: str, notice: Notice) -> None:
    """Add a notice; one with the same id takes the other's place."""
    path = _path(workspace, dataset)
    told = [one for one in _read(path) if one["id"] != notice.id]
    write_json(path, [*told, _told(notice)])


def withdrawn_from(
    workspace: Workspace, dataset: str, release: str, series: str = "", *, gone: bool = False
) -> tuple[Notice, ...]:
    """Notices about figures that stood in ``release`` and left what is served later: for pages that show a release of
    before. With ``gone`` those whose figures had left by then, too.

    A figure that was given anew after its withdrawal is another publication, whatever its value.
    """
    number = _number(release)
    return tuple(
        one
        for one in public_notices(workspace, dataset)
        if _number(one.release) <= number
        and (not series or not one.series or series in one.series)
        and (gone or number < _taken_out(workspace, one))
    )


def _taken_out(workspace: Workspace, notice: Notice) -> float:
    """The number of the release that did without the figures; endless while it is on its way."""
    mark = mark_of(notice.id)
    return next((one.sequence for one in workspace.releases() if one.note.endswith(mark)), float("inf"))


def withdrawn_figure(
    workspace: Workspace,
    dataset: str,
    release: str,
    *,
    series: str,
    area: str,
    period: str,
    dims: str = "",
    gone: bool = False,
) -> tuple[Notice, ...]:
    """Notices about this very figure as ``release`` has it; with ``gone`` also about one that it does without."""
    found = withdrawn_from(workspace, dataset, release, series, gone=gone)
    return tuple(one for one in found if (series, dims, area, period) in withdrawn_facts(workspace, one))


def withdrawn_facts(workspace: Workspace, notice: Notice) -> frozenset[tuple[str, str, str, str]]:
    """(series, dims, area, period) of everything that a notice is about."""
    from mudmai.workspace.raw_files import raw_files

    files = raw_files(workspace)
    return _facts(str(files.path(notice.table))) if files.has(notice.table) else frozenset()


def withdrawn_table(workspace: Workspace, notice: Notice) -> pa.Table:
    """The withdrawn facts as they were served; no rows where they were not kept."""
    import pyarrow.parquet as pq  # only where something was withdrawn

    from mudmai.workspace.holdings import PLAIN, plain
    from mudmai.workspace.raw_files import raw_files

    files = raw_files(workspace)
    return plain(pq.read_table(files.path(notice.table))) if files.has(notice.table) else PLAIN.empty_table()


@lru_cache(maxsize=16)  # the file behind a hash never changes
def _facts(path: str) -> frozenset[tuple[str, str, str, str]]:
    import pyarrow.parquet as pq  # only where something was withdrawn

    columns = ["series", "dims", "area", "period"]
    table = pq.read_table(path, columns=columns)
    return frozenset(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


def file_of(workspace: Workspace, folder: str, dataset: str) -> Path:
    """``<home>/<folder>/<dataset>.json``; what cannot be the id of a dataset names a file that is never there."""
    name = dataset if _NAME.fullmatch(dataset) else "-"
    return workspace.home.root / folder / f"{name}.json"


def _path(workspace: Workspace, dataset: str) -> Path:
    return file_of(workspace, "notices", dataset)


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_json(path, [])
    return found


def _told(notice: Notice) -> dict[str, Any]:
    return {
        **asdict(notice),
        "at": notice.at.isoformat(),
        "organisation": {"th": notice.organisation.th, "en": notice.organisation.en},
    }


def _notice(told: dict[str, Any]) -> Notice:
    fields = {name: told[name] for name in Notice.__slots__ if name in told}  # other versions may know more
    fields["at"] = datetime.fromisoformat(told["at"])
    fields["organisation"] = Text(told["organisation"]["th"], told["organisation"]["en"])
    fields["series"] = tuple(told["series"])
    return Notice(**fields)


def _number(release: str) -> int:
    digits = release.partition("-")[0].lstrip("r")
    return int(digits) if digits.isdigit() else 0


def withdrawn_inputs(workspace: Workspace, explanation: Explanation) -> tuple[tuple[InputUsed, Notice], ...]:
    """Inputs of a figure, as its release has them, that were withdrawn since; none where nothing ever was."""
    folder = workspace.home.root / "notices"
    if not folder.is_dir():
        return ()
    declared = [one for pack in workspace.packs.values() for one in pack.datasets]
    found: list[tuple[InputUsed, Notice]] = []
    for one in explanation.inputs:
        fact: dict[str, Any] = {"series": one.series, "area": one.area, "period": one.period.iso}
        fact["dims"] = str(one.dims or "")
        for dataset in declared:
            if one.dataset and dataset.holds(one.dataset):
                notices = withdrawn_figure(workspace, dataset.id, explanation.release, **fact)
                found += [(one, notice) for notice in notices[:1]]
    return tuple(found)
