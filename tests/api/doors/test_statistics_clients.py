"""SDMX, read by sdmx1 and pysdmx, each in a process of its own, and checked against the official schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.workspace import Workspace
from tests.api.doors.conftest import Programs, Server

SDMX1 = """
import json, sys, warnings
warnings.simplefilter("ignore")
import sdmx
sdmx.add_source({"id": "MUDMAI", "name": "Mudmai", "url": sys.argv[1]})
client = sdmx.Client("MUDMAI")
flows = sorted(client.dataflow().dataflow)
told = client.dataflow("NSO_LABOUR_FORCE")
dimensions = [d.id for d in told.structure["DSD_NSO_LABOUR_FORCE"].dimensions]
answer = client.data("NSO_LABOUR_FORCE", key={"REF_AREA": "TH"}, params={"startPeriod": "2018", "endPeriod": "2019"})
values = {"|".join(key): value for key, value in sdmx.to_pandas(answer).items()}
names = told.codelist["CL_AREA_NSO_LABOUR_FORCE"]["TH-10"].name.localizations
print(json.dumps({"flows": flows, "dimensions": dimensions, "values": values, "names": names}))
"""


def test_sdmx1_reads_structures_and_data(server: Server, programs: Programs) -> None:
    found = programs.python(SDMX1, f"{server.base}/sdmx")
    workspace = Workspace.open(server.home)
    held = [one.id for one in workspace.datasets() if one.holding.rows]
    assert found["flows"] == sorted(one.upper().replace("-", "_") for one in held)
    assert found["dimensions"] == ["FREQ", "REF_AREA", "INDICATOR", "SEX", "TIME_PERIOD"]
    rows = workspace.observations("employed", areas=["TH"]).as_dicts()
    stored = {(row["dims"].removeprefix("sex=") or "_T", row["period"]): row["value"] for row in rows}
    asked = {key: value for key, value in stored.items() if "2018" <= key[1][:4] <= "2019"}
    assert found["values"] == {f"Q|TH|employed|{sex}|{period}": value for (sex, period), value in asked.items()}
    assert found["names"] == {"th": "กรุงเทพมหานคร", "en": "Bangkok"}


PYSDMX = """
import io, json, sys
from pysdmx.api.qb import (ApiVersion, DataContext, DataFormat, DataQuery, RestService, StructureFormat, StructureQuery,
                           StructureReference, StructureType)
from pysdmx.io import get_datasets
base, flow = sys.argv[1:]
def service(form):
    return RestService(base, ApiVersion.V1_5_0, data_format=form, structure_format=StructureFormat.SDMX_ML_2_1)
asked = StructureQuery(StructureType.DATAFLOW, "MUDMAI", flow, "1.0", references=StructureReference.DESCENDANTS)
structure = service(DataFormat.SDMX_ML_2_1_GEN).structure(asked)
found = {}
for name, form in (("generic", DataFormat.SDMX_ML_2_1_GEN), ("specific", DataFormat.SDMX_ML_2_1_STR),
                   ("csv", DataFormat.SDMX_CSV_1_0_0)):
    data = service(form).data(DataQuery(DataContext.DATAFLOW, "MUDMAI", flow, "1.0"))
    dataset, = get_datasets(io.BytesIO(data), io.BytesIO(structure), validate=True)
    table = dataset.data
    found[name] = {"rows": len(table), "columns": sorted(table.columns),
                   "total": round(table["OBS_VALUE"].astype(float).sum(), 4)}
print(json.dumps(found))
"""


@pytest.mark.parametrize("dataset", ["nso-labour-force", "nesdc-accounts", "plan-situation"])
def test_pysdmx_reads_ml_and_csv_alike(server: Server, programs: Programs, dataset: str) -> None:
    found = programs.python(PYSDMX, f"{server.base}/sdmx", dataset.upper().replace("-", "_"))
    catalogue = Workspace.open(server.home).dataset_catalogue()
    record = catalogue.open_one(dataset)
    values = [v for t in catalogue.tables(record) for v in t.column("value").to_pylist() if v is not None]
    for form in ("generic", "specific", "csv"):
        assert found[form]["rows"] == record.holding.rows
        assert found[form]["total"] == pytest.approx(sum(values))
        assert {"OBS_STATUS", "UNIT_MEASURE", "SOURCE", "METHOD"} <= set(found[form]["columns"])


XSD = """
import json, sys, urllib.request
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
found = {}
for address in sys.argv[2:]:
    try:
        body = urllib.request.urlopen(address).read()
    except urllib.error.HTTPError as refused:
        body = refused.read()
    schema.validate(etree.fromstring(body))
    found[address] = [str(e) for e in schema.error_log][:3]
print(json.dumps(found))
"""


def test_messages_fit_the_official_schemas(server: Server, programs: Programs, interop: Path) -> None:
    paths = [
        "dataflow",
        "dataflow/MUDMAI/NSO_LABOUR_FORCE/latest?references=all",
        "datastructure?references=descendants",
        "codelist",
        "conceptscheme",
        "agencyscheme",
        "data/NSO_LABOUR_FORCE",
        "data/NSO_LABOUR_FORCE?dimensionAtObservation=AllDimensions",
        "data/NESDC_ACCOUNTS?detail=serieskeysonly",
        "data/PLAN_SITUATION?detail=nodata",
        "data/NOT_THERE",
        "data/NSO_LABOUR_FORCE/A.B",
    ]
    schema = interop / "sdmx" / "xsd-v2.1" / "SDMXMessage.xsd"
    found = programs.python(XSD, str(schema), *(f"{server.base}/sdmx/{path}" for path in paths))
    assert len(found) == len(paths)
    assert {address: faults for address, faults in found.items() if faults} == {}
