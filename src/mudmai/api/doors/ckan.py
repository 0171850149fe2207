"""CKAN's Action API, version 3, for open datasets: ``/api/3/action/<name>`` and ``/api/action/<name>``.

GET with a query, or POST with JSON (or a form); both only read, so no CSRF token is asked for. Every answer is CKAN's
envelope ``{help, success, result | error}``; an unknown action is a 400 with a JSON string, as CKAN does it. There is
no SQL door. Source: CKAN API guide; what ``ckanapi`` and ``ckanext-harvest`` really call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from mudmai.api.doors.ckan_rows import MOST_ROWS, search_rows
from mudmai.api.doors.ckan_search import facets, names_with, search
from mudmai.api.doors.door import addresses, datasets, door, registers, whole_number, worded
from mudmai.api.reading import View
from mudmai.core.datasets import Organisation
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.exchange import ckan
from mudmai.exchange.addresses import Addresses
from mudmai.http.sharing import open_to_others
from mudmai.workspace.catalogue_search import catalogue_search
from mudmai.workspace.datasets import DatasetCatalogue

Json = dict[str, Any]
JSON = "application/json;charset=utf-8"
MOST_PACKAGES = 1000
VERSION = "2.10.0"
"""The version of CKAN whose answers these are shaped like; clients choose their calls by it."""

_ERRORS = {400: "Validation Error", 403: "Authorization Error", 404: "Not Found Error"}


class Asked:
    """One call: its parameters, the catalogue of the release it names, the address of this server."""

    def __init__(self, request: HttpRequest, given: Mapping[str, Any]) -> None:
        self.request = request
        self.given = given
        release = self.text("release") or None
        self.held: DatasetCatalogue = datasets(request, release)
        self.to: Addresses = addresses(request, release)

    def text(self, *names: str) -> str:
        """The first of these parameters that is given, as text; empty when none is."""
        for name in names:
            value = self.given.get(name)
            if value is not None and value != "":
                return value if isinstance(value, str) else json.dumps(value)
        return ""

    def number(self, name: str, absent: int, most: int = 10**9) -> int:
        """A whole number; more than ``most`` is cut down to it, as CKAN does."""
        return min(most, whole_number(self.text(name), name, least=0, most=10**12, absent=absent))

    def names(self, name: str) -> list[str]:
        """A list, given as JSON, as a repeated parameter or separated by commas."""
        value = self._json(name)
        listed = value if isinstance(value, list) else [part.strip() for part in str(value or "").split(",")]
        return [str(one) for one in listed if one not in ("", None)]

    def mapping(self, name: str) -> Json:
        """An object, given as JSON."""
        value = self._json(name)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            raise InputError(
                Text(f"{name} ต้องเป็นวัตถุ JSON", f"{name} must be a JSON object"),
                remedy=Text('เช่น {"area": "TH"}', 'such as {"area": "TH"}'),
            )
        return value

    def flag(self, name: str) -> bool:
        """True for true, 1, yes, on."""
        return self.text(name).lower() in ("true", "1", "yes", "on")

    def _json(self, name: str) -> Any:
        value = self.given.get(name)
        if isinstance(value, str) and value[:1] in "[{":
            try:
                return json.loads(value)
            except ValueError:
                return value
        return value

    def packages(self, names: Collection[str] | None = None) -> list[Json]:
        """All open datasets as packages, or those with these names."""
        plans = self.request.workspace.plans  # type: ignore[attr-defined]
        wanted = (one for one in self.held.open if names is None or one.id in names)
        behind = registers(self.request)
        return [ckan.package(one, self.held.catalogue, plans, self.to, behind.get(one.id, "")) for one in wanted]

    def having(self, word: str) -> frozenset[str]:
        """Names of the open datasets in which ``word`` is found."""
        whole = '"' + word.replace('"', " ") + '"'
        workspace = self.request.workspace  # type: ignore[attr-defined]
        return catalogue_search(workspace, release=self.held.release.id).ids_with(whole)

    def organisations(self) -> dict[str, tuple[Organisation, int]]:
        """Publishers of open datasets with their counts, by name."""
        found: dict[str, tuple[Organisation, int]] = {}
        for one in self.held.open:
            publisher = one.dataset.publisher
            found[publisher.id] = (publisher, found.get(publisher.id, (publisher, 0))[1] + 1)
        return dict(sorted(found.items()))

    def plans(self) -> list[tuple[Any, int]]:
        """Plans that have open datasets, with their counts."""
        plans = self.request.workspace.plans  # type: ignore[attr-defined]
        counted = [(plan, sum(one.pack == plan.id for one in self.held.open)) for plan in plans]
        return [pair for pair in counted if pair[1]]


class NotThereError(Exception):
    """A thing that the call names is not there."""


class RefusedError(Exception):
    """A call that is never answered."""


def _status_show(asked: Asked) -> Json:
    return {
        "ckan_version": VERSION,
        "site_url": asked.to.base,
        "site_title": "หมุดหมาย Mudmai",
        "site_description": "",
        "error_emails_to": None,
        "locale_default": "th",
        "extensions": ["datastore"],
    }


def _site_read(asked: Asked) -> bool:
    return True


def _help_show(asked: Asked) -> str:
    name = asked.text("name")
    if name not in ACTIONS:
        raise NotThereError
    return (ACTIONS[name].__doc__ or name).strip()


def _package_list(asked: Asked) -> list[str]:
    names = sorted(one.id for one in asked.held.open)
    return _page(asked, names)


def _current_packages(asked: Asked) -> list[Json]:
    return _page(asked, search(asked.packages(), (), "metadata_modified desc", asked.having), most=MOST_PACKAGES)


def _package_search(asked: Asked) -> Json:
    queries = [q for q in (asked.text("q"), asked.text("fq"), *asked.names("fq_list")) if q]
    sort = asked.text("sort")
    packages = asked.packages(names_with(queries, asked.having))
    found = search(packages, queries, sort or "score desc, metadata_modified desc", asked.having)
    rows, start = asked.number("rows", 10, MOST_PACKAGES), asked.number("start", 0)
    fields = asked.names("facet.field")
    limit = asked.text("facet.limit")
    counts, told = facets(found, fields, int(limit) if limit.lstrip("-").isdigit() else 50)
    return {"count": len(found), "sort": sort or "score desc, metadata_modified desc", "facets": counts,
            "search_facets": told, "results": found[start : start + rows]}  # fmt: skip


def _package_show(asked: Asked) -> Json:
    wanted = asked.text("id", "name", "name_or_id")
    return _one(p for p in asked.packages() if wanted in (p["id"], p["name"]))


def _resource_show(asked: Asked) -> Json:
    wanted = asked.text("id")
    return _one(r for p in asked.packages() for r in p["resources"] if r["id"] == wanted)


def _organization_list(asked: Asked) -> list[Any]:
    full = asked.flag("all_fields")
    wanted = set(asked.names("organizations"))
    listed = [pair for name, pair in asked.organisations().items() if not wanted or name in wanted]
    return _page(asked, [ckan.organisation_full(*pair) if full else pair[0].id for pair in listed])


def _organization_show(asked: Asked) -> Json:
    wanted = asked.text("id", "name")
    one, count = _one(pair for pair in asked.organisations().values()
                      if wanted in (pair[0].id, ckan.organisation_id(pair[0])))  # fmt: skip
    found = ckan.organisation_full(one, count)
    if asked.flag("include_datasets"):
        found["packages"] = [p for p in asked.packages() if p["owner_org"] == found["id"]]
    return found


def _group_list(asked: Asked) -> list[Any]:
    full = asked.flag("all_fields")
    found = [ckan.group_full(plan, count) if full else ckan.group_name(plan) for plan, count in asked.plans()]
    return _page(asked, found)


def _group_show(asked: Asked) -> Json:
    wanted = asked.text("id", "name")
    groups = [ckan.group_full(plan, count) for plan, count in asked.plans()]
    found = _one(g for g in groups if wanted in (g["id"], g["name"]))
    if asked.flag("include_datasets"):
        found["packages"] = [p for p in asked.packages() if found["name"] in [g["name"] for g in p["groups"]]]
    return found


def _tag_list(asked: Asked) -> list[Any]:
    tags = {t["name"]: t for p in asked.packages() for t in p["tags"]}
    wanted = asked.text("query", "q").casefold()
    named = sorted(name for name in tags if wanted in name.casefold())
    return [tags[name] for name in named] if asked.flag("all_fields") else named


def _tag_show(asked: Asked) -> Json:
    wanted = asked.text("id", "name")
    return _one(t for p in asked.packages() for t in p["tags"] if wanted in (t["id"], t["name"]))


def _license_list(asked: Asked) -> list[Json]:
    return ckan.licences()


def _vocabulary_list(asked: Asked) -> list[Json]:
    return []


def _datastore_search(asked: Asked) -> Json:
    wanted = asked.text("resource_id", "id")
    record = _one(one for one in asked.held.open if wanted == ckan.resource_id(one, "csv"))
    limit, offset = asked.number("limit", 100, MOST_ROWS), asked.number("offset", 0)
    words = asked.text("q")
    fields, rows, total = search_rows(
        asked.held,
        record,
        filters=asked.mapping("filters"),
        words=words,
        columns=asked.names("fields"),
        sort=asked.text("sort"),
        limit=limit,
        offset=offset,
    )
    found: Json = {"resource_id": wanted, "fields": fields, "records": rows, "total": total, "limit": limit,
                   "offset": offset, "records_format": "objects", "include_total": True,
                   "total_was_estimated": False, "_links": _links(asked, limit, offset)}  # fmt: skip
    return found | ({"q": words} if words else {})


def _links(asked: Asked, limit: int, offset: int) -> Json:
    wanted = asked.text("resource_id", "id")
    here = f"/api/3/action/datastore_search?resource_id={wanted}&limit={limit}&offset="
    return {"start": asked.to.at(f"{here}0"), "next": asked.to.at(f"{here}{offset + limit}")}


def _datastore_info(asked: Asked) -> Json:
    wanted = asked.text("id", "resource_id")
    record = _one(one for one in asked.held.open if wanted == ckan.resource_id(one, "csv"))
    return {"meta": {"id": wanted, "count": record.holding.rows, "table_type": "BASE TABLE"},
            "fields": ckan.datastore_fields(record)}  # fmt: skip


def _no_sql(asked: Asked) -> Json:
    raise RefusedError


ACTIONS: dict[str, Callable[[Asked], Any]] = {
    "status_show": _status_show,
    "site_read": _site_read,
    "help_show": _help_show,
    "package_list": _package_list,
    "current_package_list_with_resources": _current_packages,
    "package_search": _package_search,
    "package_show": _package_show,
    "resource_show": _resource_show,
    "organization_list": _organization_list,
    "organization_show": _organization_show,
    "group_list": _group_list,
    "group_show": _group_show,
    "tag_list": _tag_list,
    "tag_show": _tag_show,
    "license_list": _license_list,
    "vocabulary_list": _vocabulary_list,
    "datastore_search": _datastore_search,
    "datastore_info": _datastore_info,
    "datastore_search_sql": _no_sql,
}
"""The actions that are answered."""


def _page(asked: Asked, listed: list[Any], most: int = 10**9) -> list[Any]:
    offset = asked.number("offset", 0)
    return listed[offset : offset + asked.number("limit", most, most)]


def _one(found: Any) -> Any:
    for one in found:
        return one
    raise NotThereError


# ------------------------------------------------------------------ the HTTP side


def _answer(request: HttpRequest, name: str) -> HttpResponse:
    if name not in ACTIONS:
        return HttpResponse(json.dumps(f"Bad request - Action name not known: {name}"), status=400, content_type=JSON)
    try:
        given = _given(request)
        result = ACTIONS[name](Asked(request, given))
    except NotThereError:
        return _failed(request, name, 404, "Not found", "Not Found Error")
    except RefusedError:
        return _failed(request, name, 403, "Access denied: there is no SQL door", "Authorization Error")
    body = {"help": _help(request, name), "success": True, "result": result}
    return HttpResponse(json.dumps(body, ensure_ascii=False, separators=(",", ":")), content_type=JSON)


def _given(request: HttpRequest) -> Mapping[str, Any]:
    """Parameters of the query, or of the body of a POST (JSON or a form)."""
    query: Json = {name: values if len(values) > 1 else values[0] for name, values in request.GET.lists()}
    if request.method != "POST":
        return query
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise InputError(
            Text("คำขอใหญ่เกินไป", "the request is too large"), remedy=Text("ส่งคำขอที่สั้นลง", "send a shorter one")
        ) from error
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists()}
        return query | form
    if not body.strip():
        return query
    try:
        told = json.loads(body)
    except ValueError as error:
        raise InputError(
            Text("เนื้อหาไม่ใช่ JSON", "the body is not JSON"),
            remedy=Text("ส่งวัตถุ JSON", "send a JSON object"),
        ) from error
    if not isinstance(told, dict):
        raise InputError(
            Text("เนื้อหาต้องเป็นวัตถุ JSON", "the body must be a JSON object"), remedy=Text("ส่ง {...}", "send {...}")
        )
    return query | told


def _help(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(f"/api/3/action/help_show?name={name}")


def _failed(request: HttpRequest, name: str, status: int, message: str, kind: str) -> HttpResponse:
    error = {"__type": kind, "message": message}
    body = {"help": _help(request, name), "success": False, "error": error}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=JSON)


def _fault(request: HttpRequest, status: int, code: str, message: Text, remedy: Text) -> HttpResponse:
    """Errors of the house in CKAN's envelope; wrong parameters are a 409 there."""
    name = request.path.rstrip("/").rpartition("/")[2]
    told = f"{message.en}. {remedy.en}. / {message.th} {remedy.th}"
    kind = _ERRORS.get(status, "Internal Server Error")
    return _failed(request, name, 409 if status == 400 else status, told, kind)


def _posted(view: View) -> View:
    """The same answers to a POST: never cached, no token asked for, nothing changed."""
    read = door(view, fault=_fault)
    asked = worded(view, _fault)

    @csrf_exempt
    def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            preflight = HttpResponse(status=204)
            preflight.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
            preflight.headers["Access-Control-Allow-Headers"] = "Content-Type, If-None-Match, Accept, Authorization"
            preflight.headers["Access-Control-Max-Age"] = "86400"
            return open_to_others(preflight)
        if request.method == "POST":
            return open_to_others(asked(request, *args, **kwargs))
        return read(request, *args, **kwargs)

    return either


action = _posted(_answer)
