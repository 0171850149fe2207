"""Years and periods on the command line: Buddhist or Common Era, Thai or Arabic digits."""

from __future__ import annotations

from typing import Any

import click

from mudmai.cli.wording import language_of
from mudmai.core.period_text import read_period, write_period
from mudmai.core.periods import Period
from mudmai.core.verdicts import Verdict


class PeriodType(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 only
    """``2562``, ``2019``, ``พ.ศ. ๒๕๖๒``, ``ปีงบ 67``, ``2563-Q4``; what cannot be read is the user's input (exit 1)."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        return value if isinstance(value, Period) else read_period(value).period

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "YEAR"


PERIOD = PeriodType()


def period_words(period: Period | None) -> str:
    """A period in the language of the command (missing: an en dash)."""
    return "–" if period is None else write_period(period, language_of())


SIGNS = {
    Verdict.MET: "✓",
    Verdict.NOT_MET: "✗",
    Verdict.ON_TRACK: "↗",
    Verdict.OFF_TRACK: "↘",
    Verdict.NOT_JUDGED: "·",
}
"""A sign beside the word: a verdict never rests on colour or word alone."""


def verdict_words(verdict: Verdict) -> str:
    """Sign and word."""
    return f"{SIGNS[verdict]} {verdict.label.in_(language_of())}"
