"""Settings: declared once, typed, and every one of them documented."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from mudmai.core.errors import InputError
from mudmai.site.environment import ELSEWHERE, PREFIX, Environment, read_environment

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_nothing_set_gives_the_defaults() -> None:
    assert read_environment({"PATH": "/bin", "HOME": "/root"}) == Environment()


def test_debug_is_off_and_hosts_are_this_machine_by_default() -> None:
    assert (Environment().debug, Environment().allowed_hosts) == (False, ("localhost", "127.0.0.1", "[::1]"))


def test_values_are_read_into_their_types() -> None:
    given = {
        "MUDMAI_HOME": "/srv/mudmai",
        "MUDMAI_DEBUG": "Yes",
        "MUDMAI_ALLOWED_HOSTS": "scores.example.go.th, localhost",
        "MUDMAI_PAGE_CACHE_MB": "0",
        "MUDMAI_LOG_LEVEL": "info",
    }
    assert read_environment(given) == Environment(
        home=Path("/srv/mudmai"),
        debug=True,
        allowed_hosts=("scores.example.go.th", "localhost"),
        page_cache_mb=0,
        log_level="INFO",
    )


def test_an_unknown_variable_is_an_error_that_names_the_near_one() -> None:
    with pytest.raises(InputError) as refused:
        read_environment({"MUDMAI_ALOWED_HOSTS": "x"})
    (problem,) = refused.value.problems
    assert "MUDMAI_ALLOWED_HOSTS" in problem.remedy.en


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        read_environment({"MUDMAI_DEBUG": "perhaps", "MUDMAI_PAGE_CACHE_MB": "-1", "MUDMAI_LOG_LEVEL": "LOUD"})
    assert [p.where.field for p in refused.value.problems] == [
        "MUDMAI_DEBUG",
        "MUDMAI_LOG_LEVEL",
        "MUDMAI_PAGE_CACHE_MB",
    ]


def test_variables_that_other_parts_read_are_left_alone() -> None:
    assert read_environment(dict.fromkeys(ELSEWHERE, "x")) == Environment()


def test_the_page_describes_every_setting_and_no_other() -> None:
    described = set(re.findall(r"^\| `(MUDMAI_[A-Z0-9_]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert described == {PREFIX + f.name.upper() for f in fields(Environment)}
