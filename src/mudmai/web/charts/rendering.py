"""Vega-Lite to SVG and PNG in this process, with the fonts that are shipped; nothing is fetched from anywhere."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from mudmai.web.build import FOLDER

_LONG = re.compile(r"-?\d+\.\d{3,}")
_GEOMETRY = re.compile(r' (?:d|transform|points|[cr]?[xy][12]?|r|width|height)="[^"]*"')
_SARA_AM = re.compile("([\u0e48-\u0e4b]?)\u0e33")
_INNER_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_EMPTY_PATHS = re.compile(r'<path class="(?:background|foreground)"[^>]* d="(?:M0,0h0v0h0Z)?"[^>]*/>')


@cache
def _converter() -> Any:
    import vl_convert  # brings a JavaScript engine of some 60 MB: only for processes that draw

    fonts = FOLDER / "fonts-ttf"
    if fonts.is_dir():
        vl_convert.register_font_directory(str(fonts))
    return vl_convert


def render_svg(spec: dict[str, Any]) -> str:
    """The chart as an SVG document that stands alone."""
    svg: str = _converter().vegalite_to_svg(spec, allowed_base_urls=[])
    return _EMPTY_PATHS.sub("", _GEOMETRY.sub(lambda m: _LONG.sub(_shorter, m[0]), svg))


def _shorter(match: re.Match[str]) -> str:
    """A tenth of a pixel is fine enough for a place in a drawing; figures in its texts are never touched."""
    return f"{float(match[0]):.1f}"


def render_png(spec: dict[str, Any], scale: float = 2.0) -> bytes:
    """The chart as a picture for a report."""
    png: bytes = _converter().vegalite_to_png(drawable(spec), scale=scale, allowed_base_urls=[])
    return png


def drawable(part: Any) -> Any:
    """``part`` with SARA AM taken apart in every text, as the drawing library shapes it wrongly: it would stand on the
    letter before. Only for drawing: a text that is read, copied or searched keeps its letters.

    >>> drawable({"title": ["สำนักงาน", "น้ำ"]}) == {"title": ["ส\u0e4d\u0e32นักงาน", "น\u0e4d\u0e49\u0e32"]}
    True
    """
    if isinstance(part, str):
        return _SARA_AM.sub("\u0e4d\\1\u0e32", part)
    if isinstance(part, dict):
        return {name: drawable(value) for name, value in part.items()}
    return [drawable(one) for one in part] if isinstance(part, list | tuple) else part


def inline_svg(spec: dict[str, Any], key: str, title: str, description: str) -> str:
    """The chart as part of a page: one image to a screen reader, with a name and a description; fonts from the page.

    ``key`` makes the ids unique in the page.
    """
    svg = _INNER_ROLES.sub("", render_svg(spec))
    start = svg.index(">")
    view_box = re.search(r'viewBox="[^"]*"', svg)
    size = re.search(r' width="(\d+)" height="(\d+)"', svg)
    if view_box is None or size is None:
        return ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" {view_box[0]}{size[0]} '
        f'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(description)}</desc>'
    )
    return head + svg[start + 1 :]
