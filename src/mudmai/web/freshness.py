"""ETags before rendering, and rendered pages kept for as long as nothing they show can change.

A page depends on the release, the packs, the code, the reader's preferences and the address; the ETag is a hash of
these. When the browser still has it, the answer is 304 without any work; otherwise the finished page (plain and
compressed) may already be in memory. Pages hold no secret and no form token, so compressing them gives nothing away.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from threading import Lock
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mudmai import __version__
from mudmai.core.language import Language
from mudmai.web.build import build_key
from mudmai.web.preferences import read_preferences

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
SMALLEST_TO_COMPRESS = 500


class PageCache:
    """Finished answers by ETag, the least recently used dropped first; safe for threads."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._kept: OrderedDict[str, tuple[bytes, bytes | None, str, dict[str, str]]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: str) -> tuple[bytes, bytes | None, str, dict[str, str]] | None:
        """Body, compressed body, content type and further headers."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, body: bytes, packed: bytes | None, kind: str, headers: dict[str, str]) -> None:
        """Keep an answer; one larger than a quarter of the room is not kept."""
        size = len(body) + len(packed or b"")
        if size > self.max_bytes // 4:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = (body, packed, kind, headers)
            self._size += size
            while self._size > self.max_bytes:
                _, (old, old_packed, _, _) = self._kept.popitem(last=False)
                self._size -= len(old) + len(old_packed or b"")


@cache
def page_cache() -> PageCache:
    """The cache of this process."""
    return PageCache(settings.MUDMAI_PAGE_CACHE_BYTES)


@cache
def code_key() -> str:
    """Differs between two versions of the code: templates, wordings and the built front end included."""
    digest = hashlib.blake2b(f"{__version__}|{build_key()}".encode(), digest_size=12)
    for folder, inside, files in os.walk(Path(__file__).parents[1]):
        inside[:] = sorted(set(inside) - {"assets", "static", "__pycache__", "packs"})
        for name in sorted(files):
            if name.endswith((".py", ".html", ".toml")):
                digest.update(Path(folder, name).read_bytes())
    return digest.hexdigest()


def etag_of(request: HttpRequest, language: Language, release: str | None = None) -> str:
    """The strong ETag of this address for this reader; changes when any answer may change."""
    preferences = read_preferences(language, request.COOKIES)
    state = request.workspace.etag(release)  # type: ignore[attr-defined]  # set by the site's wiring
    code = "debug" if settings.DEBUG else code_key()
    parts = (state, code, preferences.key, request.get_host(), request.get_full_path())
    return '"' + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest() + '"'


def fresh(view: View[P]) -> View[P]:
    """Answer 304 or from memory when the page cannot have changed; else render, keep and compress."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        language: Language = "en" if kwargs.get("language") == "en" else "th"
        tag = etag_of(request, language)
        if _known(request.headers.get("If-None-Match", ""), tag):
            return _marked(HttpResponse(status=304), tag)
        cache = page_cache()
        kept = None if settings.DEBUG else cache.get(tag)
        if kept is None:
            made = view(request, *args, **kwargs)
            if made.status_code != 200:
                return made
            body = bytes(made.content)
            text = not made.headers["Content-Type"].startswith(("image/png", "application/vnd."))
            packed = gzip.compress(body, 6, mtime=0) if text and len(body) > SMALLEST_TO_COMPRESS else None
            extra = {n: v for n, v in made.headers.items() if n in ("Content-Disposition", "Content-Language")}
            kept = (body, packed, made.headers["Content-Type"], extra)
            cache.put(tag, *kept)
        body, packed, kind, extra = kept
        squeeze = packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(packed if squeeze else body, content_type=kind, headers=extra)
        if squeeze:
            response.headers["Content-Encoding"] = "gzip"
        return _marked(response, tag)

    return answer


def _known(if_none_match: str, tag: str) -> bool:
    tags = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return tag in tags or "*" in tags


def _marked(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie, Accept-Encoding"
    return response
