"""``mudmai data fetch``, in processes of its own, against a real server."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.exchange.connectors.naughty_server import running

from .conftest import process

SET_UP = """
import sys
from pathlib import Path
from mudmai.site.starting import start_django
start_django(Path(sys.argv[1]))
from mudmai.apps.connections.domain.connections import create_connection
from mudmai.apps.data.domain.submissions import assign_dataset
from mudmai.apps.registry.domain.invitations import top_organisation
from mudmai.apps.registry.policy import OPERATOR
top = top_organisation("ผู้ดูแล", "Operator")
assign_dataset(acting_user=OPERATOR, dataset="smart-cities", organisation=top)
for name, path in (("good", "/a.csv"), ("bad", "/gone.csv")):
    create_connection(acting_user=OPERATOR, organisation=top, dataset="smart-cities", name=name, kind="url",
                      settings={"url": sys.argv[2] + path})
"""


def test_due_named_and_unknown(tmp_path: Path) -> None:
    home = tmp_path / "home"
    allowed = {"MUDMAI_CONNECT_NETWORKS": "127.0.0.0/8"}
    with running() as server:
        server.put("/a.csv", b"a,b\n1,2\n")
        told = [sys.executable, "-c", SET_UP, str(home), server.base]
        subprocess.run(told, check=True, timeout=300, env={**os.environ, **allowed})
        ended = process(home, "data", "fetch", "--due", "--format", "json", **allowed)
        rows = {row["connection"]: row for row in json.loads(ended.text)}
        assert ended.code == 1 and rows["good"]["outcome"] == "new" and rows["bad"]["outcome"] == "failed"
        assert rows["bad"]["fault"].startswith("connection_status")
        assert process(home, "data", "fetch", "--due", "--format", "json", **allowed).json() == []
        again = process(home, "data", "fetch", "good", "--format", "json", **allowed).json()
        assert [row["outcome"] for row in again] == ["unchanged"]
    assert process(home, "data", "fetch", "goood").code == 1
    assert process(home, "data", "fetch").code == 2
    with closing(sqlite3.connect(home / "mudmai.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM data_submission").fetchone() == (1,)
