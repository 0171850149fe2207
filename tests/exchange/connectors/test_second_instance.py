"""A second installation as the source, by CKAN and by SDMX, and messages that other makers' libraries write.

The second installation is a real one (``granian`` on loopback with the starter data); its figures, fetched and read
here, must be the figures of its store.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mudmai.core.series import TOTAL
from mudmai.exchange.connectors import CkanSource, Fetched, Limits, SdmxSource, Source, Validators, fetch
from mudmai.exchange.sdmx.flattening import flatten
from mudmai.exchange.sheets import ColumnRule, HeadingRule, Meaning, Recipe
from mudmai.workspace import Workspace
from mudmai.workspace.intake import read_file
from mudmai.workspace.raw_files import RawFiles
from tests.api.doors.conftest import Programs, Server, programs  # noqa: F401  a fixture
from tests.api.doors.conftest import server as second  # noqa: F401  a fixture
from tests.exchange.connectors.conftest import LOOPBACK

Facts = dict[tuple[str, ...], float | None]
READ = ("REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE")
PLENTY = Limits(total=120, page_rows=1000)


def take(source: Source, raw: RawFiles, known: Validators | None = None) -> Fetched:
    found = fetch(source, into=raw, known=known, limits=PLENTY, allowed=LOOPBACK)
    assert found.status != "failed", found.fault
    return found


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """This installation: the packs, no figures."""
    return Workspace.open(tmp_path_factory.mktemp("first-home"))


def stored(second: Server, *series: str) -> Facts:  # noqa: F811
    workspace = Workspace.open(second.home)
    rows = [row for one in series for row in workspace.observations(one, limit=100_000).as_dicts()]
    return {(r["area_system"], r["area"], r["series"], r["dims"], r["period"]): r["value"] for r in rows}


def read(workspace: Workspace, raw: RawFiles, found: Fetched, dataset: str, recipe: Recipe | None = None) -> Facts:
    assert found.raw is not None
    reading = read_file(workspace, raw.path(found.raw.sha256), name=found.raw.name, dataset=dataset, recipe=recipe)
    assert reading.ready and reading.table is not None, (reading.problems[:3], reading.changes[:3])
    rows = reading.table.to_pylist()
    return {(r["area_system"], r["area"], r["series"], r["dims"], r["period"]): r["value"] for r in rows}


@pytest.mark.parametrize("rows", [False, True])
def test_ckan_file_and_rows_bring_every_figure(second: Server, here: Workspace, raw: RawFiles, rows: bool) -> None:  # noqa: F811
    source = CkanSource(second.base, package="nso-labour-force", name="CSV", rows=rows)
    found = take(source, raw)
    assert not found.problems
    assert read(here, raw, found, "nso-labour-force") == stored(second, "employed")
    assert take(source, raw, found.validators).status == "unchanged"
    by_id = json.loads(json.dumps(found.validators.as_dict()))
    assert Validators.from_dict(by_id) == found.validators


@pytest.mark.parametrize("form", ["any", "xml", "csv"])
def test_sdmx_brings_every_figure_through_a_recipe(second: Server, here: Workspace, raw: RawFiles, form: Any) -> None:  # noqa: F811
    source = SdmxSource(second.base + "/sdmx", "NSO_LABOUR_FORCE", "MUDMAI", form=form)
    found = take(source, raw)
    assert found.raw is not None and found.original is not None and not found.problems
    words = {"_T": TOTAL, "F": "F", "M": "M"}
    recipe = Recipe(
        "labour force from SDMX",
        (
            ColumnRule("REF_AREA", Meaning.AREA),
            ColumnRule("SEX", Meaning.DIMENSION, dimension="sex", words=words),
            ColumnRule("TIME_PERIOD", Meaning.PERIOD),
            *(ColumnRule(name, Meaning.IGNORE) for name in _columns(raw.path(found.raw.sha256)) if name not in READ),
        ),
        headings=(HeadingRule("OBS_VALUE", Meaning.VALUE),),
        area_systems=("th-nso",),
        empty="missing",
        series="employed",
    )
    assert read(here, raw, found, "nso-labour-force", recipe) == stored(second, "employed")
    assert take(source, raw, found.validators).status == "unchanged"
    assert take(replace(source, start="2019"), raw, found.validators).status == "new"


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


WRITE = """
import io, json, sys, warnings
warnings.simplefilter("ignore")
from urllib.request import urlopen
from pysdmx.io import get_datasets, write_sdmx
from pysdmx.io.format import Format
base, flow, folder = sys.argv[1:]
data = urlopen(base + "/data/" + flow).read()
structure = urlopen(base + "/dataflow/MUDMAI/" + flow + "/latest?references=all").read()
datasets = get_datasets(io.BytesIO(data), io.BytesIO(structure))
done, left = [], {}
for name in ("DATA_SDMX_ML_2_1_GEN", "DATA_SDMX_ML_2_1_STR", "DATA_SDMX_ML_3_0", "DATA_SDMX_ML_3_1",
             "DATA_SDMX_CSV_1_0_0", "DATA_SDMX_CSV_2_0_0", "DATA_SDMX_CSV_2_1_0"):
    try:
        write_sdmx(datasets, getattr(Format, name), output_path=folder + "/" + name)
        done.append(name)
    except Exception as fault:
        left[name] = repr(fault)
print(json.dumps({"done": done, "left": left}))
"""

SDMX1 = """
import json, sys, warnings
warnings.simplefilter("ignore")
import sdmx
sdmx.add_source({"id": "MUDMAI", "name": "Mudmai", "url": sys.argv[1]})
message = sdmx.Client("MUDMAI").data(sys.argv[2])
open(sys.argv[3] + "/sdmx1", "wb").write(sdmx.to_xml(message, pretty_print=True))
print(json.dumps({"rows": sum(len(d.obs) for d in message.data)}))
"""


def _flat(path: Path) -> dict[tuple[str, ...], float | None]:
    table = path.with_suffix(".table")
    with table.open("wb") as out:
        flatten(path, out, structure=None, most_rows=100_000)
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (r["REF_AREA"], r["INDICATOR"], r["SEX"], r["TIME_PERIOD"]): float(r["OBS_VALUE"]) if r["OBS_VALUE"] else None
        for r in rows
    }


def _expected(second: Server) -> dict[tuple[str, ...], float | None]:  # noqa: F811
    told = stored(second, "employed")
    return {(a, s, d.removeprefix("sex=") or "_T", p): v for (_, a, s, d, p), v in told.items()}


def test_messages_written_by_pysdmx(second: Server, programs: Programs, tmp_path: Path) -> None:  # noqa: F811
    told = programs.python(WRITE, second.base + "/sdmx", "NSO_LABOUR_FORCE", str(tmp_path))
    assert len(told["done"]) >= 5, told["left"]
    expected = _expected(second)
    for name in told["done"]:
        assert _flat(tmp_path / name) == expected, name


def test_messages_written_by_sdmx1(second: Server, programs: Programs, tmp_path: Path) -> None:  # noqa: F811
    told = programs.python(SDMX1, second.base + "/sdmx", "NSO_LABOUR_FORCE", str(tmp_path))
    found = _flat(tmp_path / "sdmx1")
    assert len(found) == told["rows"]
    assert found == _expected(second)
