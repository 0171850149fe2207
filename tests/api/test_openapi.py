"""The OpenAPI document is JSON that every reader takes: no key stands twice in an object."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.test import Client
from ninja import Schema


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), sorted({n for n in names if names.count(n) > 1})
    return dict(pairs)


def test_no_key_stands_twice(client: Client) -> None:
    document = json.loads(client.get("/api/v1/openapi.json").content, object_pairs_hook=once)
    for path, doors in document["paths"].items():
        for door in doors.values():
            assert {"200", "201", "202", "204"} & set(door["responses"]), path


def test_files_are_told_beside_json(client: Client) -> None:
    paths = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    kinds = paths["/api/v1/observations"]["get"]["responses"]["200"]["content"]
    assert {"application/json", "text/csv", "application/vnd.apache.parquet"} <= set(kinds)
    shapes = paths["/api/v1/area-systems/{system}/areas.geojson"]["get"]["responses"]["200"]["content"]
    assert set(shapes) == {"application/geo+json"}


def test_no_two_shapes_share_a_name(client: Client) -> None:
    """The document names a shape by its class: of two with one name it would describe only the last."""
    client.get("/api/v1/openapi.json")
    classes: dict[str, set[str]] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("mudmai.api."):
            for made in vars(module).values():
                if isinstance(made, type) and issubclass(made, Schema):
                    classes.setdefault(made.__name__, set()).add(made.__module__)
    assert not {name: modules for name, modules in classes.items() if len(modules) > 1}
