"""The toy city with a call that is open today, and browsers without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mudmai.apps.assessment.domain.calls import create_call, publish_call
from mudmai.apps.assessment.domain.files import claim_parts, open_file
from mudmai.apps.assessment.models import CityFile
from mudmai.apps.registry.models import Person
from tests.apps.assessment.assessment_world import SET, AssessmentWorld, build_assessment_world
from tests.apps.assessment.conftest import criteria_workspace, signed_in

__all__ = ["criteria_workspace", "signed_in"]

Enter = Callable[[Person], Client]


@pytest.fixture
def world(db: None, criteria_workspace: Any) -> AssessmentWorld:
    """As the world of the domain's tests, with a call that is open on the very day of the test."""
    made = build_assessment_world(criteria_workspace)
    today = timezone.localdate()
    call = create_call(
        acting_user=made.decider,
        organisation=made.agency,
        criteria_id=SET,
        title_th="รอบทดสอบ",
        title_en="Test call",
        opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=30),
    )
    return replace(made, call=publish_call(acting_user=made.decider, call=call))


@pytest.fixture
def file(world: AssessmentWorld) -> CityFile:
    """A draft of the town that claims the environment."""
    made = open_file(acting_user=world.filler, call=world.call, city=world.city)
    return claim_parts(acting_user=world.filler, file=made, parts=["environment"], revision=made.revision)


def text(answer: Any) -> str:
    body: str = answer.content.decode()
    return body


def plain(answer: Any) -> str:
    """What a person reads: the text without tags, spaces made one."""
    body = re.sub(r"<(script|style|title|datalist)\b.*?</\1>|<[^>]*>", " ", text(answer), flags=re.S)
    return " ".join(body.split())
