"""A toy country with datasets of every class, the organisations that publish them, and people in every role."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from mudmai.apps.data.domain.submissions import assign_dataset, note_reading, start_submission
from mudmai.apps.data.domain.tables import keep_table
from mudmai.apps.data.models import Submission
from mudmai.apps.registry.areas import EVERYWHERE, AreaRef
from mudmai.apps.registry.models import Organisation, Person, Role
from mudmai.apps.registry.policy import OPERATOR
from mudmai.site import wiring
from mudmai.workspace import Workspace
from mudmai.workspace.raw_files import RawFile, raw_files
from tests.apps.registry.small_world import World, build, holding
from tests.workspace.toy_packs import write_toy_packs

A, B, A1 = AreaRef("land", "A"), AreaRef("land", "B"), AreaRef("land", "A1")
DATASETS = """\
organisations:
  - {id: office, name: {th: สำนักงาน, en: Office}, url: "https://office.example"}
datasets:
"""
ONE = """\
  - id: {id}
    title: {{th: {th}, en: {en}}}
    notes: {{th: -, en: -}}
    publisher: office
    contact: {{name: {{th: งาน, en: Desk}}, email: desk@example.go.th}}
    licence: cc0
    tags:
      - {{th: ของเล่น, en: toy}}
    objectives: [mission]
    update: year
    geo_unit: region
    data_source: {{th: รายงาน, en: Report}}
    data_class: {data_class}
    series: [{series}]
    tables: [{table}]
"""


def write_packs(folder: Path) -> None:
    """The toy packs with an open, a shared and an internal dataset."""
    write_toy_packs(folder)
    more = [
        ONE.format(id="toy-money", th="เงิน", en="Money", data_class="open", series="money", table="toyplan/money"),
        ONE.format(
            id="toy-score", th="คะแนน", en="Score", data_class="internal", series="score", table="toyplan/score"
        ),
    ]
    (folder / "toyplan" / "datasets.yaml").write_text(DATASETS + "".join(more), "utf-8")


def open_from_environment() -> Workspace:
    """For processes of their own: the workspace that the environment names, as the one of this site."""
    home, shipped = Path(os.environ["MUDMAI_HOME"]), Path(os.environ["TOY_PACKS"])
    opened = wiring._opened = Workspace.open(home, shipped=shipped)
    return opened


@dataclass(frozen=True)
class DataWorld:
    """``ministry`` and ``other`` both publish money; ``department`` stands below the ministry."""

    people: World
    workspace: Workspace
    contributor: Person
    reviewer: Person
    publisher: Person

    @property
    def ministry(self) -> Organisation:
        return self.people.ministry

    @property
    def other(self) -> Organisation:
        return self.people.other

    def value(self, area: str, period: str, series: str = "money") -> float | None:
        """The served figure; None where none is served."""
        cell = self.workspace.release().cell(series, "", area, period)
        return None if cell is None else cell.value


def build_data_world(workspace: Workspace) -> DataWorld:
    """People and organisations of the small world, with the ministry holding all datasets."""
    people = build()
    for dataset in ("toy-money", "toy-score"):
        assign_dataset(acting_user=OPERATOR, dataset=dataset, organisation=people.ministry)
    return DataWorld(
        people,
        workspace,
        holding(Role.CONTRIBUTOR, people.ministry, name="contributor"),
        holding(Role.REVIEWER, people.ministry, name="reviewer"),
        holding(Role.PUBLISHER, people.ministry, name="publisher"),
    )


Row = tuple[str, str, float | None]
"""Area, period, value."""


def tidy(rows: Iterable[Row], series: str = "money") -> pa.Table:
    """Rows as a reader of files gives them."""
    told = list(rows)
    return pa.table(
        {
            "area_system": ["land"] * len(told),
            "area": [r[0] for r in told],
            "period": [r[1] for r in told],
            "series": [series] * len(told),
            "dims": [""] * len(told),
            "value": pa.array([r[2] for r in told], pa.float64()),
            "flag": ["O" if r[2] is None else "A" for r in told],
            "source": ["office"] * len(told),
            "method": ["old"] * len(told),
            "locator": ["file.csv"] * len(told),
            "row": pa.array(range(2, len(told) + 2), pa.int32()),
        }
    )


def raw(content: bytes = b"a file", name: str = "file.csv") -> RawFile:
    """A kept file."""
    return raw_files(wiring.workspace()).keep_bytes(content, name=name)


def draft(
    by: Person,
    organisation: Organisation,
    rows: Iterable[Row],
    *,
    dataset: str = "toy-money",
    mode: str = "update",
    area: AreaRef = EVERYWHERE,
    errors: int = 0,
) -> Submission:
    """A draft that has been read."""
    series = "score" if dataset == "toy-score" else "money"
    started = start_submission(
        acting_user=by, dataset=dataset, organisation=organisation, raw=raw(), mode=mode, area=area
    )
    table = keep_table(tidy(rows, series), "table.parquet")
    return note_reading(
        actor=None,
        submission=started,
        summary={"rows": 1},
        table_sha=table,
        report_sha="",
        errors=errors,
        warnings=0,
        accepted=0,
    )
