"""The entry point for WSGI servers (``granian --interface wsgi mudmai.site.wsgi:application``)."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mudmai.site.settings")
_django = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

# A broken installation says so when it starts; found by the first reader, it would be an empty answer.
assert get_resolver().url_patterns

from django.conf import settings  # noqa: E402  the settings are there once Django is set up

from mudmai.core.errors import MudmaiError  # noqa: E402
from mudmai.site.early import EarlyAnswers  # noqa: E402
from mudmai.site.turns import LARGE, Turns  # noqa: E402
from mudmai.site.wiring import workspace  # noqa: E402


def _state() -> str:
    try:
        return f"{workspace().etag()} {datetime.now(UTC).date()}"  # some pages say what is late today
    except MudmaiError:  # the page that follows says it to the reader; nothing is remembered under no state
        return ""


application = Turns(
    _django if settings.DEBUG else EarlyAnswers(_django, _state),
    folder=settings.MUDMAI_HOME / "cache" / "incoming",
    most=settings.MUDMAI_UPLOAD_BYTES + LARGE,
)
