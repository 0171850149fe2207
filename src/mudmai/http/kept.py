"""Finished answers kept in memory by tag, plain and compressed; the least recently used go first."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SMALLEST_TO_COMPRESS = 500
LARGEST_SHARE = 4
"""An answer larger than this part of the whole room is given but not kept."""
PACKED_ALREADY = ("image/png", "application/vnd.", "application/zip")


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The body of a 200 answer, its compressed twin when that pays, and its headers."""

    body: bytes
    packed: bytes | None
    headers: Mapping[str, str]

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.body) + len(self.packed or b"")


class AnswerCache:
    """Answers by tag within ``max_bytes``; safe for threads."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._kept: OrderedDict[str, KeptAnswer] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, tag: str) -> KeptAnswer | None:
        """The answer kept under ``tag``, or None."""
        with self._lock:
            found = self._kept.get(tag)
            if found is not None:
                self._kept.move_to_end(tag)
            return found

    def put(self, tag: str, answer: KeptAnswer) -> None:
        """Keep ``answer`` unless it is too large or already there."""
        if answer.size > self.max_bytes // LARGEST_SHARE:
            return
        with self._lock:
            if tag in self._kept:
                return
            self._kept[tag] = answer
            self._size += answer.size
            while self._size > self.max_bytes:
                _, gone = self._kept.popitem(last=False)
                self._size -= gone.size


@cache
def answers() -> AnswerCache:
    """The cache of this process, as large as ``MUDMAI_PAGE_CACHE_MB`` says."""
    return AnswerCache(settings.MUDMAI_PAGE_CACHE_BYTES)


def finished(response: HttpResponse) -> KeptAnswer:
    """``response`` as an answer to keep; text is compressed once, here."""
    body = bytes(response.content)
    kind = response.headers["Content-Type"]
    pays = len(body) > SMALLEST_TO_COMPRESS and not kind.startswith(PACKED_ALREADY)
    return KeptAnswer(body, gzip.compress(body, 6, mtime=0) if pays else None, dict(response.headers.items()))


def given(request: HttpRequest, answer: KeptAnswer) -> HttpResponse:
    """``answer`` as a fresh response, compressed where the client takes gzip."""
    squeeze = answer.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(answer.packed if squeeze else answer.body, headers=dict(answer.headers))
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    return response
