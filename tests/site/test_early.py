"""Unchanged answers are given before Django, and never a moment too long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mudmai.site.early import EarlyAnswers, StartResponse


class Counting:
    """A small application that counts how often it was asked; its tag is ``tag``."""

    def __init__(self, *more: tuple[str, str], status: str = "200 OK") -> None:
        self.asked = 0
        self.tag = '"one"'
        self.status = status
        self.more = more

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        headers = [("ETag", self.tag), ("Cache-Control", "no-cache"), ("Content-Type", "text/html"), *self.more]
        start_response(self.status, headers)
        return [b"page"]


class State:
    def __init__(self) -> None:
        self.now = "r1"

    def __call__(self) -> str:
        return self.now


def ask(application: EarlyAnswers, **environ: str) -> tuple[str, dict[str, str], bytes]:
    said: list[Any] = []
    base = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "localhost", "QUERY_STRING": ""}
    body = b"".join(application(base | environ, lambda status, headers, *more: said.extend((status, dict(headers)))))
    return said[0], said[1], body


def test_a_known_tag_is_answered_without_the_application() -> None:
    app, state = Counting(("Vary", "Cookie")), State()
    early = EarlyAnswers(app, state)
    ask(early)
    status, headers, body = ask(early, HTTP_IF_NONE_MATCH='"one"')
    assert (status, body, app.asked) == ("304 Not Modified", b"", 1)
    assert headers == {"ETag": '"one"', "Cache-Control": "no-cache", "Vary": "Cookie"}


def test_another_state_asks_again() -> None:
    app, state = Counting(), State()
    early = EarlyAnswers(app, state)
    ask(early)
    state.now, app.tag = "r2", '"two"'
    assert ask(early, HTTP_IF_NONE_MATCH='"one"')[0] == "200 OK"
    assert ask(early, HTTP_IF_NONE_MATCH='"one"')[0] == "200 OK"
    assert ask(early, HTTP_IF_NONE_MATCH='"two"')[0] == "304 Not Modified"


def test_every_varying_header_keeps_readers_apart() -> None:
    app = Counting()
    early = EarlyAnswers(app, State())
    ask(early, HTTP_COOKIE="lang=th")
    assert ask(early, HTTP_COOKIE="lang=en", HTTP_IF_NONE_MATCH='"one"')[0] == "200 OK"
    assert ask(early, HTTP_ACCEPT="text/turtle", HTTP_IF_NONE_MATCH='"one"')[0] == "200 OK"
    assert ask(early, HTTP_HOST="other", HTTP_IF_NONE_MATCH='"one"')[0] == "200 OK"


def test_answers_that_set_cookies_or_failed_are_not_remembered() -> None:
    for app in (Counting(("Set-Cookie", "a=b")), Counting(status="404 Not Found")):
        early = EarlyAnswers(app, State())
        ask(early)
        ask(early, HTTP_IF_NONE_MATCH='"one"')
        assert app.asked == 2


def test_forms_always_reach_the_application() -> None:
    app = Counting()
    early = EarlyAnswers(app, State())
    ask(early)
    ask(early, REQUEST_METHOD="POST", HTTP_IF_NONE_MATCH='"one"')
    assert app.asked == 2


def test_an_answer_given_while_the_state_moved_is_not_remembered() -> None:
    state = State()

    class Moving(Counting):
        def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            state.now = "r2"
            return super().__call__(environ, start_response)

    app = Moving()
    early = EarlyAnswers(app, state)
    ask(early)
    ask(early, HTTP_IF_NONE_MATCH='"one"')
    assert app.asked == 2
