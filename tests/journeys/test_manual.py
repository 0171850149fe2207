"""The manual of the API opens in a browser under our policy: every door is shown, nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_the_manual_shows_the_doors(visit: Callable[..., Any]) -> None:
    page = visit("/en/about/")
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/api/v1/docs")
    page.wait_for_selector("#operations-data-listObservations, [id^='operations-data-']")
    shown = page.locator(".opblock-summary-path").all_inner_texts()
    assert any("observations" in one.replace("\u200b", "") for one in shown), shown
    assert page.locator(".errors-wrapper").count() == 0
    assert faults == []
