"""A fuzzer that knows nothing of us but the OpenAPI document finds no answer of the server that the document denies."""

from __future__ import annotations

import os
import subprocess
import sys
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


MAKE_TOKEN = """
import django
django.setup()
from mudmai.apps.registry.domain.invitations import create_first_administrator
create_first_administrator(email="fuzzer@office.example", display_name="Fuzzer", password=None,
                           organisation_th="สำนักงาน", organisation_en="Office")
"""
ISSUE = (
    "-c",
    "from mudmai.cli.main import main; main()",
    "account",
    "token",
    "issue",
    "fuzzer@office.example",
    "--name",
    "fuzzer",
)


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    """A token of an administrator, issued on the server's own machine."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MUDMAI_", "DJANGO_"))}
    own |= {"MUDMAI_HOME": str(server.home), "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
    said = ""
    for words in (("-c", MAKE_TOKEN), ISSUE):
        done = subprocess.run([sys.executable, *words], env=own, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        said = done.stdout
    return next(word for word in said.split() if len(word) > 30)


def _fuzz(server: Server, programs: Programs, settings: Path, *more: str) -> str:
    return programs.run(
        "schemathesis", "--config-file", settings, "run", f"{server.base}/api/v1/openapi.json",
        "--phases", "coverage,fuzzing", "--checks", CHECKS, "--max-examples", "20", "--generation-deterministic",
        "--continue-on-failure", "--warnings", "off", *more,
    )  # fmt: skip


@pytest.mark.parametrize("known", ["", KNOWN], ids=["anything", "things that exist"])
def test_a_fuzzer_finds_no_server_error(server: Server, programs: Programs, tmp_path: Path, known: str) -> None:
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(known, encoding="utf-8")

    assert "passed" in _fuzz(server, programs, settings)


def test_a_fuzzer_that_may_do_everything_finds_none_either(
    server: Server, programs: Programs, tmp_path: Path, token: str
) -> None:
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(KNOWN + '"path.dataset" = "nesdc-accounts"\n', encoding="utf-8")

    assert "passed" in _fuzz(server, programs, settings, "-H", f"Authorization: Bearer {token}")
