"""``mudmai data calendar`` and ``remind`` in a process of their own, with nothing set yet."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import process


def test_an_empty_calendar_and_nothing_to_remind_of(tmp_path: Path) -> None:
    home = tmp_path / "home"
    listed = process(home, "data", "calendar", "--format", "json")
    assert (listed.code, json.loads(listed.text)) == (0, [])
    sent = process(home, "data", "remind", "--dry-run", "--format", "json")
    assert sent.code == 0
    assert json.loads(sent.text) == [{"reminders": 0, "mails": 0, "nobody": 0, "failed": 0}]
