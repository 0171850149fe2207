"""Answers that depend on who asks are never kept for everybody."""

from __future__ import annotations

import inspect
import re

import pytest

from mudmai.api import urls
from mudmai.api.v1 import api

ASKS = ("caller(request)", "known_caller(request)", "person_of(request)", "request.user", "request.auth")


def test_every_door_that_asks_who_calls_answers_to_that_one_alone() -> None:
    shared = []
    for prefix, router in api._routers:
        for pattern, view in router.path_operations.items():
            path = f"/{prefix.strip('/')}/{pattern.strip('/')}".replace("//", "/").rstrip("/")
            told = re.sub(r"\{\w+:(\w+)\}", r"{\1}", path)
            sources = [inspect.getsource(one.view_func) for one in view.operations]
            asks = any(sign in source for sign in ASKS for source in sources)
            if asks and told not in urls._personal() and not told.startswith(urls._BY_CALLER):
                shared.append(told)
    assert shared == []


@pytest.mark.parametrize("path", ["/projects", "/inventories"])
def test_the_doors_that_are_named_are_there(path: str) -> None:
    assert any(one.startswith(path) for one in api.get_openapi_schema(path_prefix="")["paths"])
