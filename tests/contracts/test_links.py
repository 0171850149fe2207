"""Every page that is shipped leads somewhere: relative links resolve, and Thai pages lead on to Thai pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from .tracked import ROOT, tracked_files

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PAGES = sorted(path for path in tracked_files() if path.suffix == ".md" and path.exists())


def links(page: Path) -> list[str]:
    """The relative links of a page, without those in code."""
    return LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings make."""
    heads = re.findall(r"^#+ +(.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", [p for p in PAGES if p.name.endswith(".th.md")], ids=lambda p: p.name)
def test_thai_pages_lead_to_thai_pages(page: Path) -> None:
    own = page.name.replace(".th.md", ".md")
    english = []
    for link in links(page):
        path = link.partition("#")[0]
        thai = (page.parent / path.replace(".md", ".th.md")) if path.endswith(".md") else None
        if thai is not None and not path.endswith(".th.md") and thai.exists() and Path(path).name != own:
            english.append(link)
    assert english == []
