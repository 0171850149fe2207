"""What long work there is: functions registered by name, and which of them the clock starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.apps.jobs.domain.run import JobRun

JobFunction = Callable[Concatenate["JobRun", ...], Mapping[str, Any] | None]
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of long work. ``retry_codes``: errors of the user's kind that time may mend (a server that is away)."""

    name: str
    title: Text
    function: JobFunction
    attempts: int
    losses: int
    retry_codes: frozenset[str]


_kinds: dict[str, Kind] = {}
_periods: dict[str, int] = {}


def job(
    name: str, *, title: Text, attempts: int = 3, losses: int = 10, retry_codes: Collection[str] = ()
) -> Callable[[JobFunction], JobFunction]:
    """Register the function below as the work called ``name`` (``part.verb``).

    It is called as ``function(run, **arguments)`` and gives what is kept as the job's result (plain JSON). A worker may
    be lost at any instant and the work is then begun again, so the function must come to the same end when it runs
    twice. It is tried ``attempts`` times in all when it fails; an :class:`~mudmai.core.errors.InputError` ends it at
    once, unless its code is among ``retry_codes``. ``losses`` is how many workers may die over it.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name}: a job is called part.verb")

    def register(function: JobFunction) -> JobFunction:
        known = _kinds.get(name)
        if known is not None and (known.function.__module__, known.function.__qualname__) != (
            function.__module__,
            function.__qualname__,
        ):
            raise RuntimeError(f"{name} is the name of another job already")
        _kinds[name] = Kind(name, title, function, max(attempts, 1), max(losses, 1), frozenset(retry_codes))
        return function

    return register


def periodic(name: str, *, every: int) -> None:
    """Have the work called ``name`` started every ``every`` seconds, by one of the workers, without arguments.

    One that is still waiting or running is not started again.
    """
    if every < 1:
        raise ValueError("a period has at least one second")
    _periods[name] = every


def kind_named(name: str) -> Kind:
    """The sort of work; an unknown name is refused."""
    if name not in _kinds:
        raise UnknownNameError(Text("งานเบื้องหลัง", "background work"), name, list(_kinds))
    return _kinds[name]


def kind_title(name: str) -> Text:
    """The work in words; its name where it is no longer known."""
    return _kinds[name].title if name in _kinds else Text(name, name)


def periods() -> Mapping[str, int]:
    """Timed work and its period in seconds."""
    return dict(_periods)


def forget(name: str) -> None:
    """Take a sort of work out again (tests)."""
    _kinds.pop(name, None)
    _periods.pop(name, None)
