"""What every door shares: addresses of this server, the release that is asked for, errors, conditional reads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from mudmai.api.problems import no_such_address, problem_response, status_of
from mudmai.api.reading import View, readable
from mudmai.core.datasets import DatasetRecord
from mudmai.core.errors import FaultError, InputError, MudmaiError
from mudmai.core.language import Text
from mudmai.exchange.addresses import Addresses
from mudmai.workspace.datasets import DatasetCatalogue
from mudmai.workspace.register_uses import registers_of_datasets

log = logging.getLogger("mudmai.api.doors")

WHOLE_ROWS = 50_000
"""Answers up to this many rows are kept whole (and cached); larger ones are streamed."""

Fault = Callable[[HttpRequest, int, str, Text, Text], HttpResponse]
"""How a door words an error: status, code, message, remedy."""


def asked_release(request: HttpRequest) -> str | None:
    """The release that is named in the query; None is the current one."""
    return request.GET.get("release") or None


def addresses(request: HttpRequest, release: str | None = None) -> Addresses:
    """How this server is reached by the one who asks."""
    return Addresses(request.build_absolute_uri("/").rstrip("/"), release or asked_release(request))


def datasets(request: HttpRequest, release: str | None = None) -> DatasetCatalogue:
    """The catalogue of the release that is asked for."""
    found: DatasetCatalogue = request.workspace.dataset_catalogue(  # type: ignore[attr-defined]
        release=release or asked_release(request)
    )
    return found


def registers(request: HttpRequest) -> Mapping[str, str]:
    """Dataset → the scheme whose register it is counted from; the list is served beside the figures."""
    return registers_of_datasets(request.workspace)  # type: ignore[attr-defined]


def said_by_whom(request: HttpRequest) -> str:
    """What an answer depends on beside its address: the host in its links and the media type asked for."""
    return f"{request.scheme}://{request.get_host()} {request.headers.get('Accept', '')}"


def door(view: View, *, fault: Fault = problem_response, cached: bool = True) -> View:
    """``view`` as an open, conditional read that words every error by ``fault``."""
    return readable(worded(view, fault), cached=cached, varies=said_by_whom)


def worded(view: View, fault: Fault = problem_response) -> View:
    """``view`` with every error worded by ``fault``."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except MudmaiError as error:
            if isinstance(error, FaultError):
                log.error("fault while answering %s", request.path, exc_info=error)
            response = fault(request, status_of(error), error.code, error.message, error.remedy)
        except Http404:
            response = no_such_address(request)
        except Exception as error:
            log.error("fault while answering %s", request.path, exc_info=error)
            response = fault(
                request,
                500,
                "fault",
                Text("ระบบขัดข้องขณะตอบคำขอนี้", "we failed while answering this request"),
                Text("ลองอีกครั้ง หากยังพบปัญหาโปรดแจ้งผู้ดูแล", "try again; if it stays, tell the operator of this server"),
            )
        response.headers.setdefault("Vary", "Accept")
        return response

    return answer


def sent(record: DatasetRecord, pieces: Iterable[bytes], content_type: str, *, filename: str = "") -> HttpResponse:
    """A document in pieces: whole where the dataset is small, streamed where it is large."""
    response: Any
    if record.holding.rows <= WHOLE_ROWS:
        response = HttpResponse(b"".join(pieces), content_type=content_type)
    else:
        response = StreamingHttpResponse(_unbroken(pieces), content_type=content_type)
    if filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response  # type: ignore[no-any-return]


def _unbroken(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of at least 64 kB, so that many small keys do not make many small writes."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= 65_536:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def whole_number(text: str | None, name: str, *, least: int, most: int, absent: int) -> int:
    """A number of a query; :class:`InputError` naming the parameter when it is none or outside its limits."""
    if text is None or text == "":
        return absent
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
        raise InputError(
            Text(f"{name}={text[:40]} ใช้ไม่ได้", f"{name}={text[:40]} cannot be used"),
            remedy=Text(f"ใช้จำนวนเต็ม {least} ถึง {most}", f"use a whole number from {least} to {most}"),
            code="paging",
        )
    return int(text)
