"""A fuzzer that knows nothing of us but the OpenAPI document finds no answer of the server that the document denies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.doors.conftest import Programs, Server

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
KNOWN = """[parameters]
"path.plan" = "th-m8"
"path.indicator" = "I1.1"
"path.system" = "th-nesdc"
"path.series" = "population"
"""


@pytest.mark.parametrize("known", ["", KNOWN], ids=["anything", "things that exist"])
def test_a_fuzzer_finds_no_server_error(server: Server, programs: Programs, tmp_path: Path, known: str) -> None:
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(known, encoding="utf-8")

    said = programs.run(
        "schemathesis", "--config-file", settings, "run", f"{server.base}/api/v1/openapi.json",
        "--phases", "coverage,fuzzing", "--checks", CHECKS, "--max-examples", "25", "--generation-deterministic",
        "--continue-on-failure", "--warnings", "off",
    )  # fmt: skip

    assert "No issues found" in said or "passed" in said, said[-2000:]
