"""The time of a city's fact in the reader's language, era and digits."""

from __future__ import annotations

from datetime import date

from mudmai.apps.assessment.domain.as_of import known_as_of
from mudmai.web.preferences import Preferences
from mudmai.web.views.people.moments import write_day


def as_of_words(here: Preferences, text: str) -> str:
    """``text`` as it is kept, for this reader; free text that cannot be read stays as it was written."""
    found = known_as_of(text)
    if found is None:
        return text
    return write_day(here, found) if isinstance(found, date) else here.period(found)


def as_of_typed(here: Preferences, text: str) -> str:
    """The same for a field of a form: only words that are read back as the same time."""
    words = as_of_words(here, text)
    return words if known_as_of(words) == known_as_of(text) else text
