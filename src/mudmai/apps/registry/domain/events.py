"""Telling other parts what has happened, after the transaction is kept and never before.

A subscriber that fails is written to the server's log and does not undo the change or stop the others.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """``name`` is the action's code; ``facts`` hold ids and plain values, no rows."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)


Subscriber = Callable[[Event], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


def subscribe(name: str, subscriber: Subscriber) -> None:
    """Have ``subscriber`` called for every event ``name``; twice is once."""
    if subscriber not in _subscribers[name]:
        _subscribers[name].append(subscriber)


def unsubscribe(name: str, subscriber: Subscriber) -> None:
    """The opposite."""
    _subscribers[name].remove(subscriber)


def announce(name: str, **facts: Any) -> None:
    """Tell the subscribers once the running transaction is kept; at once where there is none."""
    event = Event(name, facts)
    transaction.on_commit(lambda: _tell(event))


def _tell(event: Event) -> None:
    for subscriber in tuple(_subscribers[event.name]):
        try:
            subscriber(event)
        except Exception:  # a deaf listener must not undo what has been kept
            log.exception("a subscriber of %s failed", event.name)
