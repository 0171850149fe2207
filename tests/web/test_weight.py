"""A page travels light: everything but the map, as sent, stays within 200 KB; nothing built calls another machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

import mudmai.web
from mudmai.workspace import Workspace
from tests.web.page_list import addresses

BUILD = Path(mudmai.web.__file__).parent / "static" / "build"
MOST = 200_000
NEEDS_BUILD = pytest.mark.skipif(
    not (BUILD / "manifest.json").exists(), reason="the front end is not built: make front"
)
OUTWARD = re.compile(r"""(?:url\(|@import|\bfrom|\bimport\(?|fetch\(|src=)\s*["']?(?:https?:)?//[^"')\s]+""")


def sent(path: Path) -> int:
    """Bytes on the wire: the precompressed twin where one lies beside."""
    packed = path.with_name(path.name + ".gz")
    return (packed if packed.exists() else path).stat().st_size


def files_of(body: str, css: bool = True) -> set[Path]:
    """Scripts and style sheets of a page, and the fonts of the screen that its style sheets name."""
    named = {BUILD / name for name in re.findall(r'(?:src|href)="/static/build/([\w.-]+)"', body)}
    for sheet in [p for p in named if p.suffix == ".css"]:
        fonts = re.findall(r"url\(\.?/?([\w-]+\.woff2)\)", sheet.read_text(encoding="utf-8"))
        named |= {BUILD / name for name in fonts if name.startswith("ibm-plex")}
    return named


@NEEDS_BUILD
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_stays_within_its_weight(client: Client, starter: Workspace, prefix: str) -> None:
    for address in addresses(starter, prefix):
        page = client.get(address, HTTP_ACCEPT_ENCODING="gzip")
        plain = client.get(address).content.decode()
        files = files_of(plain)
        assert {".js", ".css", ".woff2"} <= {f.suffix for f in files}, address
        weight = len(page.content) + sum(sent(f) for f in files)
        assert weight <= MOST, f"{address}: {weight} bytes"


@NEEDS_BUILD
def test_the_map_is_no_part_of_the_first_load(client: Client) -> None:
    page = client.get("/plans/th-m8/indicators/I1.1/").content.decode()
    assert "data-map" in page
    assert not re.search(r"<(?:script|link)[^>]+/map-", page)


@NEEDS_BUILD
def test_nothing_built_loads_from_another_machine() -> None:
    found = {}
    for path in BUILD.rglob("*"):
        if path.suffix in (".js", ".css"):
            outward = [m[0] for m in OUTWARD.finditer(path.read_text(encoding="utf-8"))]
            if outward:
                found[path.name] = outward
    assert found == {}


@NEEDS_BUILD
def test_built_files_are_served_packed_and_for_good(client: Client) -> None:
    page = client.get("/").content.decode()
    script = re.search(r'src="(/static/build/main-[\w.-]+\.js)"', page)
    assert script is not None
    response = client.get(script[1], HTTP_ACCEPT_ENCODING="gzip")
    b"".join(response)  # read to its end, so that it is closed
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]
