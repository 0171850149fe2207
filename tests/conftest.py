"""What every test process needs.

The browser driver of the journeys keeps an event loop in its process for as long as the browser lives. Tests with a
database that share the process are not asynchronous for that; Django is told so, or it refuses them by mistake.

A property never fails by the clock of a busy machine: speed is promised in ``benchmarks/``.
"""

from __future__ import annotations

import os

from hypothesis import settings

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
settings.register_profile("mudmai", deadline=None)
settings.load_profile("mudmai")
