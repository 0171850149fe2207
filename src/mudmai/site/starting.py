"""Django started inside a command, for the few commands that need it."""

from __future__ import annotations

import os
from pathlib import Path

from mudmai.core.errors import FaultError
from mudmai.core.language import Text
from mudmai.site.database import prepare


def start_django(home: Path) -> None:
    """Load the settings for ``home`` and bring its database up to date."""
    prepare(home)
    os.environ["MUDMAI_HOME"] = str(home.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "mudmai.site.settings"
    import django
    from django.conf import settings

    django.setup()
    if home.resolve() != settings.MUDMAI_HOME:
        raise FaultError(
            Text("กระบวนการนี้เปิดโฟลเดอร์งานอื่นอยู่แล้ว", "this process already works on another workspace"),
            remedy=Text("เรียกคำสั่งในกระบวนการใหม่", "run the command in a process of its own"),
        )
