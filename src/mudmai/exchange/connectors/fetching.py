"""One fetch of one source: new content is kept under its hash, known content is only confirmed, faults are told.

Everything lands in a folder of its own first and is kept only when it is whole and is a table; nothing partial stays.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mudmai.core.errors import MudmaiError, Problem
from mudmai.core.language import Text
from mudmai.exchange.connectors.ckan import find_resource, write_rows
from mudmai.exchange.connectors.content import MEDIA_TYPES, file_name, name_for, readable_format
from mudmai.exchange.connectors.faults import ASK_SOURCE, ConnectorFault
from mudmai.exchange.connectors.fetched import Allowed, Fetched, KeptFile, Limits, Sink, Validators
from mudmai.exchange.connectors.folder import copy_newest
from mudmai.exchange.connectors.http import Http, Key, require_ok
from mudmai.exchange.connectors.sdmx import data_address, fetch_flow
from mudmai.exchange.connectors.sources import CkanSource, FolderSource, SdmxSource, Source, UrlSource


def fetch(
    source: Source,
    *,
    into: Sink,
    known: Validators | None = None,
    limits: Limits | None = None,
    allowed: Allowed | None = None,
    secret: str = "",
    tick: Callable[[int], None] | None = None,
) -> Fetched:
    """Fetch ``source`` once. Never raises for what a source or a network does: that is a ``failed`` outcome.

    ``known`` are the validators of the last success; they count only while ``into`` still has that content. ``secret``
    goes to the host of the connection and to no other. ``tick`` hears the bytes as they come, at least every
    ``limits.read`` seconds; what it raises ends the fetch.
    """
    known = known or Validators()
    if known.sha256 and not into.has(known.sha256):
        known = Validators()
    call = _Fetch(into, known, limits or Limits(), allowed or Allowed(), secret, tick)
    try:
        with tempfile.TemporaryDirectory(prefix="mudmai-fetch-") as scratch:
            return call.run(source, Path(scratch))
    except MudmaiError as fault:
        wait = fault.retry_after if isinstance(fault, ConnectorFault) else None
        return Fetched("failed", validators=known, fault=fault.as_problem(), retry_after=wait)
    except OSError as error:
        return Fetched("failed", validators=known, fault=_no_room(error))


class _Fetch:
    def __init__(
        self,
        into: Sink,
        known: Validators,
        limits: Limits,
        allowed: Allowed,
        secret: str,
        tick: Callable[[int], None] | None,
    ) -> None:
        self._into, self._known, self._limits, self._allowed, self._secret = into, known, limits, allowed, secret
        self._tick = tick

    def run(self, source: Source, scratch: Path) -> Fetched:
        match source:
            case FolderSource():
                return self._folder(source, scratch)
            case UrlSource():
                with self._http(source.key_header, source.url) as http:
                    return self._file(http, source.url, scratch)
            case CkanSource():
                with self._http(source.key_header, source.portal) as http:
                    return self._ckan(http, source, scratch)
            case SdmxSource():
                with self._http(source.key_header, source.root) as http:
                    return self._sdmx(http, source, scratch)

    def _http(self, header: str, address: str) -> Http:
        return Http(self._allowed, self._limits, Key.of(header, self._secret, address), self._tick)

    # ------------------------------------------------------------------ kinds
    def _file(self, http: Http, address: str, scratch: Path, problems: tuple[Problem, ...] = ()) -> Fetched:
        asked = self._known if self._known.address == address else Validators()
        path = scratch / "download"
        with path.open("wb") as out:
            answer = http.get(address, out, if_none_match=asked.etag, if_modified_since=asked.last_modified)
        if answer.status == 304 and (asked.etag or asked.last_modified):
            return Fetched("unchanged", validators=self._known, claimed=answer.media_type)
        require_ok(answer)
        name = file_name(answer.address, answer.headers.get("content-disposition", ""))
        now = Validators(
            answer.headers.get("etag", "")[:200], answer.headers.get("last-modified", "")[:80], answer.sha256, address
        )
        return self._settle(path, name, now, answer.media_type, problems)

    def _ckan(self, http: Http, source: CkanSource, scratch: Path) -> Fetched:
        resource = find_resource(http, source)
        problems = _plain_text_warning(source.portal, resource.address)
        if resource.address and not source.rows:
            return self._file(http, resource.address, scratch, problems)
        if not resource.has_rows and not source.rows:
            raise ConnectorFault(
                "connection_answer",
                f"ทรัพยากร “{resource.name}” ไม่มีทั้งไฟล์และแถวข้อมูล",
                f"the resource “{resource.name}” has neither a file nor rows",
                ASK_SOURCE,
            )
        path = scratch / "rows.csv"
        with path.open("w+b") as out:
            rows = write_rows(http, source, resource, out)
        if not rows:
            raise ConnectorFault("connection_answer", "ตารางว่างเปล่า", "the table has no rows", ASK_SOURCE)
        now = Validators(sha256=_sha256(path), address=f"{source.portal}#{resource.id}")
        return self._settle(path, f"{resource.id[:80]}.csv", now, "text/csv", ())

    def _sdmx(self, http: Http, source: SdmxSource, scratch: Path) -> Fetched:
        message, table = scratch / "message", scratch / "table.csv"
        found = fetch_flow(http, source, message, table)
        now = Validators(sha256=_sha256(table), address=data_address(source))
        # A message tells when it was prepared, so that it is never the same twice: the table made of it decides.
        done = self._settle(table, f"{source.flow}.csv", now, "", found.problems)
        if done.status != "new":
            return done
        ending = {"<": "xml", "{": "json"}.get(_first_sign(message), "csv")
        original = self._keep(message, f"{source.flow}.sdmx.{ending}")
        return replace(done, original=original, claimed=found.answer.media_type)

    def _folder(self, source: FolderSource, scratch: Path) -> Fetched:
        path, mark = scratch / "copy", self._known.etag if self._known.address == source.folder else ""
        with path.open("wb") as out:
            found = copy_newest(source, self._allowed, self._limits, out, known=mark)
        if found.mark == mark:
            return Fetched("unchanged", validators=self._known)
        now = Validators(etag=found.mark[:250], sha256=_sha256(path), address=source.folder)
        return self._settle(path, found.name, now, "", ())

    # ------------------------------------------------------------------ keeping
    def _settle(self, path: Path, name: str, now: Validators, claimed: str, problems: tuple[Problem, ...]) -> Fetched:
        """The file at ``path`` is whole: known, or checked to be a table and kept."""
        if now.sha256 == self._known.sha256:
            return Fetched("unchanged", validators=now, claimed=claimed, problems=problems)
        if path.stat().st_size == 0:
            raise ConnectorFault(
                "connection_partial", "แหล่งข้อมูลส่งไฟล์ว่างเปล่า", "the source sent an empty file", ASK_SOURCE
            )
        named = path.with_name("named" + Path(name).suffix[:10])
        path.rename(named)
        found, lies = readable_format(named, claimed, name)
        kept = self._keep(named, name_for(name, found))
        return Fetched("new", kept, None, now, claimed, MEDIA_TYPES[found], (*problems, *lies))

    def _keep(self, path: Path, name: str) -> KeptFile:
        with path.open("rb") as file:
            return self._into.keep(file, name=name, max_bytes=self._limits.max_bytes)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_sign(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()[:1].decode("latin-1")


def _plain_text_warning(portal: str, address: str) -> tuple[Problem, ...]:
    if not (portal.startswith("https://") and address.startswith("http://")):
        return ()
    return (
        Problem(
            "connection_insecure",
            Text("แคตตาล็อกชี้ไปที่ไฟล์ซึ่งส่งโดยไม่เข้ารหัส", "the catalogue points to a file that is sent without encryption"),
            Text("แจ้งเจ้าของแคตตาล็อกให้ใช้ https", "tell the owner of the catalogue to use https"),
        ),
    )


def _no_room(error: OSError) -> Problem:
    return Problem(
        "disk_full",
        Text(f"เก็บข้อมูลลงดิสก์ไม่ได้ ({error.strerror})", f"the data cannot be written to disk ({error.strerror})"),
        Text("ให้ผู้ดูแลเครื่องตรวจพื้นที่ว่าง", "have the operator look for free space"),
    )
