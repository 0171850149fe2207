"""Runs the validators of the Open Contracting standards on a file, without a network.

Run by a Python that has libcoveoc4ids and libcoveocds: ``python open_contracting_check.py oc4ids|ocds FILE SCHEMAS``.
``SCHEMAS`` holds ``oc4ids/`` and ``ocds/`` with the published schemas; whatever a validator asks for at an address is
read from there, and anything else fails. Prints what the validator found as JSON.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import types
from pathlib import Path

UNUSED = ("odf", "odf.opendocument", "odf.table", "odf.text", "zc.zlibstorage")
"""Of spreadsheets and object stores: wanted at import, not for JSON."""


def _stand_in(name: str) -> None:
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = []

    def give(asked: str) -> type:
        if asked.startswith("__"):
            raise AttributeError(asked)
        return object

    module.__getattr__ = give


def _read_from(folder: Path) -> None:
    import requests

    def get(address: str, *_: object, **__: object) -> requests.Response:
        parts = address.rsplit("/", 2)
        path = folder / ("codelists" if parts[1] == "codelists" else "") / parts[2]
        if not path.is_file():
            raise requests.ConnectionError(f"not at hand: {address}")
        answer = requests.Response()
        answer.status_code, answer.encoding, answer.raw = 200, "utf-8", io.BytesIO(path.read_bytes())
        return answer

    requests.get = get

    import socket

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network here")

    socket.create_connection = refuse


def main(kind: str, file: str, schemas: str) -> None:
    import zc  # noqa: F401  a namespace that the stand-ins live in

    for name in UNUSED:
        _stand_in(name)
    folder = Path(schemas) / kind
    _read_from(folder)
    with tempfile.TemporaryDirectory() as scratch:
        if kind == "oc4ids":
            from libcoveoc4ids.api import oc4ids_json_output

            found = oc4ids_json_output(scratch, file)
        else:
            from libcoveocds.api import ocds_json_output
            from libcoveocds.config import LibCoveOCDSConfig

            config = LibCoveOCDSConfig({"context": "api", "standard_zip": f"file://{folder}/standard-1__1__5.zip"})
            found = ocds_json_output(scratch, file, lib_cove_ocds_config=config)
    print(json.dumps(found, default=lambda one: sorted(one) if isinstance(one, (set, frozenset)) else str(one)))


main(*sys.argv[1:4])
