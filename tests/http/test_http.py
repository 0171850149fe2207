"""Tags and kept answers."""

from __future__ import annotations

import gzip

from django.http import HttpResponse
from django.test import RequestFactory

from mudmai.http.kept import AnswerCache, KeptAnswer, finished, given
from mudmai.http.tags import code_key, tag_of


def test_parts_of_a_tag_cannot_run_into_each_other() -> None:
    assert tag_of("a", "bc") != tag_of("ab", "c")


def test_code_key_is_stable_in_one_process() -> None:
    assert code_key() == code_key()
    assert len(code_key()) == 24


def test_the_least_recently_used_answer_goes_first() -> None:
    cache = AnswerCache(400)
    for name in "abcd":
        cache.put(name, KeptAnswer(b"x" * 100, None, {}))
    cache.get("a")
    cache.put("e", KeptAnswer(b"x" * 100, None, {}))
    assert [name for name in "abcde" if cache.get(name)] == ["a", "c", "d", "e"]


def test_an_answer_too_large_is_not_kept() -> None:
    cache = AnswerCache(400)
    cache.put("a", KeptAnswer(b"x" * 101, None, {}))
    assert cache.get("a") is None


def test_text_is_compressed_once_and_given_both_ways() -> None:
    answer = finished(HttpResponse("หมุดหมาย" * 200, content_type="text/html; charset=utf-8"))
    plain = given(RequestFactory().get("/"), answer)
    small = given(RequestFactory().get("/", headers={"accept-encoding": "gzip"}), answer)
    assert plain.content.decode() == "หมุดหมาย" * 200
    assert gzip.decompress(small.content) == plain.content
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers


def test_pictures_are_given_as_they_are() -> None:
    assert finished(HttpResponse(b"\x00" * 1000, content_type="image/png")).packed is None
