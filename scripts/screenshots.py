"""Take the pictures in docs/screenshots from a running site: ``make run`` in one window, this in another.

    .venv/bin/python scripts/screenshots.py [http://127.0.0.1:8000]

Needs Chromium and Playwright (both of the development set). Pictures above 200 KB are refused.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
MOST = 200_000
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]

SHOTS = (
    ("scorecard-th", "/", DESK),
    ("scorecard-phone-th", "/", PHONE),
    ("scorecard-en", "/en/?year=2019", DESK),
    ("indicator-th", "/plans/th-m8/indicators/I1.1/?year=2562#chart", DESK),
    ("indicator-path-en", "/en/plans/th-m8/indicators/I3.1/#path", DESK),
    ("indicator-map-th", "/plans/th-m8/indicators/I2.1/#map", DESK),
    ("area-phone-th", "/areas/NESDC-NE/", PHONE),
    ("work-th", "/plans/th-m8/indicators/I1.1/?year=2562#areas-title", DESK),
    ("strategies-en", "/en/plans/th-m8/strategies/", DESK),
)


def main(site: str) -> int:
    """Take every picture; 1 when one is too large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    too_large = []
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, address, size in SHOTS:
            page = browser.new_page(viewport=size)
            page.goto(site + address)
            page.wait_for_load_state("networkidle")
            _prepare(page, name)
            target = FOLDER / f"{name}.png"
            page.screenshot(path=target)
            page.close()
            print(f"{target.relative_to(FOLDER.parents[1])}: {target.stat().st_size} bytes")
            if target.stat().st_size > MOST:
                too_large.append(name)
        browser.close()
    if too_large:
        print(f"larger than {MOST} bytes: {', '.join(too_large)}", file=sys.stderr)
    return 1 if too_large else 0


def _prepare(page: Page, name: str) -> None:
    if "map" in name:
        page.wait_for_selector(".map-drawn", timeout=30_000)
    if name.startswith("work"):
        page.locator("tr[data-code='NESDC-NE'] a[data-work]").click()
        page.locator("#work-panel[open]").wait_for()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
