"""Errors of the HTTP API: one JSON shape, RFC 9457 (Problem Details for HTTP APIs).

``type`` is a relative reference to the description of the error code in the reference documentation; ``title`` and
``detail`` are English, their Thai twins stand beside them as extension members, as do the remedy and, where a file or a
formula has several faults, the list ``problems``.

::

    401  sign_in_needed, token_refused      nobody calls, or with a token that does not work (WWW-Authenticate: Bearer)
    403  not_allowed, csrf                  the policy refuses; the detail says why
    404  unknown_name                       a plan, series, area, indicator, reading or release that does not exist
    409  submission_state, submission_changed, publication_open,  somebody was faster
         report_state, report_changed, answer_changed, file_changed, file_state, call_closed,
         mark_changed, marker_state
    400  any other code of InputError       formula, unit_clash, area_system_clash, cycle, period, input
    429  too_many_failures                  so many failing tokens that they are no longer looked at
    422  invalid_parameter                  a query parameter of the wrong type
    422  unknown_parameter                  a query parameter that the door does not know
    404  not_found                          no such address
    405  method_not_allowed                 the door only answers reads
    500  fault                              our fault; nothing of the request was kept
"""

from __future__ import annotations

import json
import logging
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from mudmai.api.parameter_faults import fault_in_thai
from mudmai.apps.registry.policy import NotAllowed
from mudmai.core.errors import FaultError, FormulaError, InputError, MudmaiError, UnknownNameError
from mudmai.core.language import Text

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("mudmai.api")


def problem_body(status: int, code: str, message: Text, remedy: Text, instance: str, **more: Any) -> dict[str, Any]:
    """The members of one problem document."""
    return {
        "type": f"/api/v1/problems/{code}",
        "title": _TITLES.get(status, Text("คำขอมีปัญหา", "The request cannot be answered")).en,
        "title_th": _TITLES.get(status, Text("คำขอมีปัญหา", "The request cannot be answered")).th,
        "status": status,
        "code": code,
        "detail": message.en,
        "detail_th": message.th,
        "remedy": remedy.en,
        "remedy_th": remedy.th,
        "instance": instance,
        **more,
    }


_TITLES = {
    400: Text("คำขอใช้ไม่ได้", "Bad request"),
    401: Text("ต้องระบุตัวผู้เรียก", "Who calls is not known"),
    403: Text("ไม่มีสิทธิ์", "Not allowed"),
    404: Text("ไม่พบ", "Not found"),
    405: Text("ใช้วิธีนี้ไม่ได้", "Method not allowed"),
    429: Text("ส่งคำขอถี่เกินไป", "Too many requests"),
    409: Text("มีผู้เปลี่ยนก่อนหน้า", "Changed meanwhile"),
    422: Text("พารามิเตอร์ไม่ถูกต้อง", "Invalid parameter"),
    500: Text("ระบบขัดข้อง", "Our fault"),
    503: Text("ใช้งานไม่ได้ชั่วคราว", "Not available right now"),
}


def problem_response(
    request: HttpRequest, status: int, code: str, message: Text, remedy: Text, **more: Any
) -> HttpResponse:
    """A finished HTTP response with a problem document."""
    body = problem_body(status, code, message, remedy, request.get_full_path(), **more)
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)


_STATUS = {
    **{"sign_in_needed": 401, "token_refused": 401, "csrf": 403, "too_many_failures": 429},
    **{"submission_state": 409, "submission_changed": 409, "publication_open": 409},
    **{"report_state": 409, "report_changed": 409},
    **{"answer_changed": 409, "file_changed": 409, "file_state": 409, "call_closed": 409},
    **{"mark_changed": 409, "marker_state": 409},
}


def status_of(error: MudmaiError) -> int:
    """The HTTP status that goes with an error of the house."""
    if isinstance(error, NotAllowed):
        return 401 if error.decision.code == "anonymous" else 403
    if error.code in _STATUS:
        return _STATUS[error.code]
    if isinstance(error, UnknownNameError):
        return 404
    if isinstance(error, InputError):
        return 400
    return 500


def challenge(code: str) -> str:
    """``WWW-Authenticate`` of a 401: names the fault only where a token was sent (RFC 6750 section 3.1)."""
    named = ', error="invalid_token"' if code == "token_refused" else ""
    return f'Bearer realm="mudmai"{named}'


def register_problem_handlers(api: NinjaAPI) -> None:
    """Teach ``api`` to answer every error as a problem document."""

    @api.exception_handler(MudmaiError)
    def of_the_house(request: HttpRequest, error: MudmaiError) -> HttpResponse:
        status = status_of(error)
        if isinstance(error, FaultError):
            _log.error("fault while answering %s", request.path, exc_info=error)
        more: dict[str, Any] = {"problems": [p.as_dict() for p in error.problems[:200]]} if error.problems else {}
        if isinstance(error, FormulaError) and error.position is not None:
            more["position"] = error.position
        if isinstance(error, NotAllowed):
            more["reason"] = error.decision.code
        answer = problem_response(request, status, error.code, error.message, error.remedy, **more)
        if status == 401:
            answer.headers["WWW-Authenticate"] = challenge(error.code)
        return answer

    @api.exception_handler(ValidationError)
    def of_parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
        names = ", ".join(".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]) for e in error.errors)
        said = "; ".join(str(e["msg"]) for e in error.errors)
        said_th = "; ".join(dict.fromkeys(fault_in_thai(e) for e in error.errors))
        return problem_response(
            request,
            422,
            "invalid_parameter",
            Text(f"พารามิเตอร์ {names} ไม่ถูกต้อง: {said_th}", f"parameter {names} is invalid: {said}"),
            Text("ดูชนิดและช่วงของพารามิเตอร์ที่ /api/v1/docs", "see types and limits of parameters at /api/v1/docs"),
        )

    @api.exception_handler(Http404)
    def of_addresses(request: HttpRequest, error: Http404) -> HttpResponse:
        return no_such_address(request)

    @api.exception_handler(HttpError)
    def of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem_response(
            request,
            error.status_code,
            "http",
            Text(str(error), str(error)),
            Text("ดูคู่มือที่ /api/v1/docs", "see the manual at /api/v1/docs"),
        )

    @api.exception_handler(MultiPartParserError)
    def of_forms(request: HttpRequest, error: MultiPartParserError) -> HttpResponse:
        return problem_response(
            request,
            400,
            "bad_request",
            Text("เนื้อหาแบบ multipart/form-data อ่านไม่ได้", f"the multipart/form-data body cannot be read: {error}"),
            Text(
                "ส่งไฟล์ด้วยโปรแกรมที่ใส่ boundary ให้เอง เช่น curl -F",
                "send it with a program that sets the boundary, such as curl -F",
            ),
        )

    @api.exception_handler(SuspiciousOperation)
    def of_sizes(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
        return problem_response(
            request,
            400,
            "bad_request",
            Text("เนื้อหาของคำขอมีช่องมากหรือยาวเกินกำหนด", "the body has too many or too long fields"),
            Text("ส่งข้อความให้สั้นลง ส่งได้ยาวเฉพาะไฟล์", "send less text; only files may be long"),
        )

    @api.exception_handler(DatabaseError)
    def of_the_database(request: HttpRequest, error: DatabaseError) -> HttpResponse:
        _log.error("the database does not answer %s: %s", request.path, error)
        return problem_response(
            request,
            503,
            "database",
            Text("ฐานข้อมูลบัญชีและสิทธิ์ใช้งานไม่ได้ในขณะนี้", "the database of accounts and rights cannot be used right now"),
            Text(
                "ลองใหม่ในอีกสักครู่ ถ้าเพิ่งติดตั้งให้ผู้ดูแลเครื่องเรียก mudmai db migrate",
                "try again in a moment; on a new installation the operator runs mudmai db migrate",
            ),
        )

    @api.exception_handler(Exception)
    def of_ours(request: HttpRequest, error: Exception) -> HttpResponse:
        _log.error("fault while answering %s", request.path, exc_info=error)
        return problem_response(
            request,
            500,
            "fault",
            Text("ระบบขัดข้องขณะตอบคำขอนี้", "we failed while answering this request"),
            Text("ลองอีกครั้ง หากยังพบปัญหาโปรดแจ้งผู้ดูแล", "try again; if it stays, tell the operator of this server"),
        )


def no_such_address(request: HttpRequest) -> HttpResponse:
    """The problem document of an address that does not exist."""
    return problem_response(
        request,
        404,
        "not_found",
        Text(f"ไม่มีที่อยู่ {request.path}", f"there is no {request.path}"),
        Text("ดูรายการที่อยู่ที่ /api/v1/docs", "the list of addresses is at /api/v1/docs"),
    )
