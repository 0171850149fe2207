"""The register with one certificate of every kind, and browsers without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mudmai.apps.registry.models import Person
from tests.apps.assessment.register_fixtures import keeper, people, site, starter_home
from tests.apps.assessment.register_world import Kinds, every_kind
from tests.apps.registry.small_world import World

__all__ = ["keeper", "people", "site", "starter_home"]


@pytest.fixture
def kinds(people: World, keeper: Person) -> Kinds:
    """In force, expired and withdrawn, beside the first entries."""
    return every_kind(keeper, people.department, timezone.localdate())


@pytest.fixture
def enter() -> Callable[[Person], Client]:
    """A browser in which a person has signed in."""

    def entered(person: Person) -> Client:
        cache.clear()
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return client

    return entered


def plain(answer: Any) -> str:
    """What a person reads: the text without tags, spaces made one."""
    body = re.sub(r"<(script|style|title|datalist)\b.*?</\1>|<[^>]*>", " ", answer.content.decode(), flags=re.S)
    return " ".join(body.split())
