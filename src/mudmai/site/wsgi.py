"""The entry point for WSGI servers (``granian --interface wsgi mudmai.site.wsgi:application``)."""

from __future__ import annotations

import os

from mudmai.site.loading import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mudmai.site.settings")
with loading():
    from django.core.wsgi import get_wsgi_application

    _django = get_wsgi_application()

    from django.urls import get_resolver

    # A broken installation says so when it starts; found by the first reader, it would be an empty answer.
    assert get_resolver().url_patterns

from django.conf import settings

from mudmai.core.errors import MudmaiError
from mudmai.site.early import EarlyAnswers
from mudmai.site.turns import LARGE, Turns
from mudmai.site.wiring import workspace
from mudmai.workspace.catalogue_search import today


def _state() -> str:
    try:
        return f"{workspace().etag()} {today()}"  # some pages say what is late today
    except MudmaiError:  # the page that follows says it to the reader; nothing is remembered under no state
        return ""


application = Turns(
    _django if settings.DEBUG else EarlyAnswers(_django, _state),
    folder=settings.MUDMAI_HOME / "cache" / "incoming",
    most=settings.MUDMAI_UPLOAD_BYTES + LARGE,
)
