"""Answers that were made once: a bounded memory that many threads share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class AnswerMemory:
    """The ``kept`` answers that were asked for last, by key."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._guard = threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer under ``key``, made at most a few times when threads ask at once, never while others wait."""
        with self._guard:
            if key in self._answers:
                self._answers.move_to_end(key)
                known: T = self._answers[key]
                return known
        made = make()
        with self._guard:
            self._answers[key] = made
            while len(self._answers) > self._kept:
                self._answers.popitem(last=False)
        return made
