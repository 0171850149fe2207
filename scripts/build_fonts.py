"""Make the TrueType fonts with which charts are drawn on the server.

The npm packages carry each weight as one WOFF file per script. The chart renderer reads TrueType only and picks one
face per text, so the scripts of a weight are joined into one file. Nothing else is changed; the licence goes along.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path

from fontTools.merge import Merger, Options
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "src/mudmai/web/assets/node_modules/@fontsource"
TARGET = ROOT / "src/mudmai/web/static/build/fonts-ttf"

SCRIPTS = ("latin", "thai")  # the first one gives the merged face its metrics
FACES = {
    "ibm-plex-sans-thai": {400: "Regular", 600: "SemiBold", 700: "Bold"},
    "sarabun": {400: "Regular", 700: "Bold"},
}


def unpack(woff: Path, folder: Path) -> Path:
    """Write the TrueType font that a WOFF file wraps, and return its path."""
    font = TTFont(woff)
    font.flavor = None
    # Layout tables of both scripts are merged by fontTools; hints for screens of low resolution are of no use here.
    for table in ("gasp", "DSIG"):
        if table in font:
            del font[table]
    path = folder / woff.with_suffix(".ttf").name
    font.save(path)
    return path


def build_face(package: str, weight: int, style: str) -> Path:
    """Join the scripts of one weight into TARGET/Family-Style.ttf."""
    files = PACKAGES / package / "files"
    with tempfile.TemporaryDirectory() as folder:
        parts = [unpack(files / f"{package}-{script}-{weight}-normal.woff", Path(folder)) for script in SCRIPTS]
        merged = Merger(options=Options(drop_tables=["post"])).merge([str(part) for part in parts])
        # The merger keeps the last `name`; both parts name the same family, so the first one's is put back whole.
        merged["name"] = TTFont(parts[0])["name"]
        family = merged["name"].getBestFamilyName().replace(" ", "")
        path = TARGET / f"{family.removesuffix(style)}-{style}.ttf"
        merged.save(path)
    return path


def main() -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    TARGET.mkdir(parents=True, exist_ok=True)
    for package, weights in FACES.items():
        for weight, style in weights.items():
            path = build_face(package, weight, style)
            print(f"{path.relative_to(ROOT)}: {len(TTFont(path).getBestCmap())} characters")
        shutil.copy(PACKAGES / package / "LICENSE", TARGET / f"{package}-LICENSE.txt")


if __name__ == "__main__":
    main()
