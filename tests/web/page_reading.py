"""A strict little reader of pages: well-formed nesting, unique ids, names for controls, no code inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "path", "circle", "rect", "line", "polyline"}


@dataclass
class Page:
    """What a test wants to know about a page."""

    language: str = ""
    ids: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    controls: list[dict[str, str]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []
        self.table_parts: list[set[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        page = self.page
        if len(given) != len(attrs):
            page.faults.append(f"<{tag}> has an attribute twice")
        if tag == "html":
            page.language = given.get("lang", "")
        if "id" in given:
            page.ids.append(given["id"])
        if "style" in given or any(name.startswith("on") for name in given):
            page.faults.append(f"<{tag}> carries style or code: {given}")
        if tag == "style" or (tag == "script" and "src" not in given):
            page.faults.append(f"inline <{tag}>")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            page.headings.append(int(tag[1]))
        for name in ("href", "src", "action"):
            if name in given:
                page.links.append((tag, name, given[name]))
        for name in ("aria-labelledby", "aria-describedby", "for"):
            page.references += given.get(name, "").split()
        if tag == "label":
            page.labels.add(given.get("for", "(around)"))
        if tag in ("select", "input") and given.get("type") not in ("hidden", "submit"):
            inside = "label" in self.open
            page.controls.append({**given, "inside": "yes" if inside else ""})
        if tag == "th" and given.get("scope") not in ("row", "col"):
            page.faults.append("<th> without scope")
        if tag == "table":
            self.table_parts.append(set())
        elif self.table_parts:
            self.table_parts[-1].add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.page.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            return
        self.open.pop()
        if tag == "table" and not {"caption", "thead", "tbody"} <= self.table_parts.pop():
            self.page.faults.append("a table without caption, head or body")

    def handle_data(self, data: str) -> None:
        self.page.text += data
        if self.open and self.open[-1] in ("td", "a", "span", "b") and "td" in self.open and data.strip():
            self.page.cells.append(data.strip())


def read_page(body: bytes) -> Page:
    """Read a page; ``faults`` lists what is wrong with its structure."""
    reader = _Reader()
    reader.feed(body.decode("utf-8"))
    reader.close()
    if reader.open:
        reader.page.faults.append(f"never closed: {reader.open}")
    return reader.page
