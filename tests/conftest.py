"""What every test process needs.

The browser driver of the journeys keeps an event loop in its process for as long as the browser lives. Tests with a
database that share the process are not asynchronous for that; Django is told so, or it refuses them by mistake.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
