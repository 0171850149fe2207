"""Unchanged answers before Django: the fastest page is the one the reader already has.

Every answer with an ``ETag`` depends only on the address, the request headers in :data:`DEPENDS_ON`, and the
state of the workspace (release and packs). So once an address has been answered under a state, ``If-None-Match`` with
that tag may be answered 304 for as long as the state stands, without routing, parsing or rendering anything.
Source: RFC 9110 sections 13.1.2 and 15.4.5 (which headers a 304 repeats).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from mudmai.http.tags import knows

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

DEPENDS_ON = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_COOKIE",
    "HTTP_ACCEPT",
    "HTTP_X_FORWARDED_PROTO",
)
MOST_REMEMBERED = 20_000
LONGEST_ASKED = 4_000
"""Requests whose varying parts are longer than this are not remembered."""
NOT_IN_304 = frozenset({"content-length", "content-type", "content-encoding", "content-disposition", "set-cookie"})


class EarlyAnswers:
    """Wraps a WSGI application; ``state`` tells the state of the workspace, cheaply and without error."""

    def __init__(self, application: Application, state: Callable[[], str]) -> None:
        self._application = application
        self._state = state
        self._lock = Lock()
        self._seen: OrderedDict[tuple[str, ...], tuple[str, str, Headers]] = OrderedDict()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return self._application(environ, start_response)
        key = tuple(str(environ.get(name, "")) for name in DEPENDS_ON)
        state = self._state()
        sent = environ.get("HTTP_IF_NONE_MATCH", "")
        if sent:
            known = self._seen.get(key)
            if known is not None and known[1] == state and knows(sent, known[0]):
                start_response("304 Not Modified", list(known[2]))
                return ()
        return self._application(environ, self._listening(start_response, key, state))

    def _listening(self, start_response: StartResponse, key: tuple[str, ...], state: str) -> StartResponse:
        def start(status: str, headers: Headers, *more: Any) -> Any:
            if status.startswith(("200", "304")):
                self._remember(key, state, headers)
            return start_response(status, headers, *more)

        return start

    def _remember(self, key: tuple[str, ...], state: str, headers: Headers) -> None:
        names = {name.lower(): value for name, value in headers}
        tag = names.get("etag", "")
        if not tag or "no-cache" not in names.get("cache-control", "") or "set-cookie" in names:
            return
        if state != self._state() or sum(map(len, key)) > LONGEST_ASKED:
            return  # the state moved while this was answered: which one the answer shows is not known here
        repeated = [(name, value) for name, value in headers if name.lower() not in NOT_IN_304]
        with self._lock:
            self._seen[key] = (tag, state, repeated)
            self._seen.move_to_end(key)
            while len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)
