"""Twenty people send a file at the same instant: nothing is lost, and pages go on being answered.

One real server with its worker (the same command as ``mudmai serve``) on loopback. Pages are asked for one after the
other, first while nothing happens, then while twenty files come in and are read. Everything is a ratio inside this run:
the median of each page during the uploads to its median before them.

    python benchmarks/uploads.py [--people 20] [--megabytes 2]
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.request import urlopen

MOST_SLOWER = 5.0
PAGES = ("/", "/areas/", "/datasets/", "/submissions/", "/jobs/", "/account/")
TOKEN = "t" * 32

SEED = """
import json, sys
import django; django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from mudmai.apps.data.domain.holders import assign_dataset
from mudmai.apps.registry.domain.invitations import create_first_administrator
from mudmai.apps.registry.domain.people import new_person
from mudmai.apps.registry.domain.roles import grant_role
from mudmai.apps.registry.models import Role
from mudmai.apps.registry.policy import OPERATOR
from mudmai.site.wiring import workspace
top = create_first_administrator(email="root@example.go.th", display_name="Root", password=None,
                                 organisation_th="ก", organisation_en="A").organisation
from mudmai.workspace.intake import all_datasets
dataset = all_datasets(workspace())[0].id
assign_dataset(acting_user=OPERATOR, dataset=dataset, organisation=top)
keys = []
for n in range(int(sys.argv[1])):
    person = new_person(email=f"p{n}@example.go.th", display_name=f"P {n}", password=None)
    grant_role(acting_user=OPERATOR, person=person, organisation=top, role=Role.CONTRIBUTOR)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.create()
    keys.append(session.session_key)
print(json.dumps({"dataset": dataset, "keys": keys}))
"""
CHECK = """
import json
import django; django.setup()
from mudmai.apps.data.models import Submission
from mudmai.apps.jobs.models import Job
from mudmai.site.wiring import workspace
from mudmai.workspace.raw_files import raw_files
kept = [s.raw_sha for s in Submission.objects.all()]
for sha in kept: raw_files(workspace()).verify(sha)
print(json.dumps({"kept": kept, "jobs": list(Job.objects.exclude(started_by=None).values_list("state", flat=True))}))
"""


def _ask(port: int, path: str, session: str, body: bytes = b"", kind: str = "") -> tuple[int, float]:
    """Status and seconds of one request by one person."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {"Cookie": f"mudmai_session={session}; mudmai_csrf={TOKEN}", **({"Content-Type": kind} if kind else {})}
    began = time.perf_counter()
    line.request("POST" if body else "GET", path, body or None, headers)
    answer = line.getresponse()
    answer.read()
    spent = time.perf_counter() - began
    line.close()
    return answer.status, spent


def _file(n: int, megabytes: float) -> bytes:
    """A table of one's own: areas down, years across, in the way offices write them."""
    line = f"จังหวัดที่ {n},{{}},1234.5,2345.6,3456.7\n"
    rows = int(megabytes * 1e6 / len(line.format(100000).encode()))
    return ("จังหวัด,ลำดับ,2564,2565,2566\n" + "".join(line.format(k) for k in range(rows))).encode()


def _form(data: bytes, name: str) -> bytes:
    parts = [f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'.encode()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    return b"".join([*parts, head.encode(), data, b"\r\n--x--\r\n"])


def _pages(port: int, session: str, times: dict[str, list[float]], go_on: object) -> None:
    while go_on():  # type: ignore[operator]
        for path in PAGES:
            status, spent = _ask(port, path, session)
            assert status == 200, (path, status)
            times[path].append(spent)


def measure(people: int, megabytes: float) -> dict[str, object]:
    """Times of pages before and during the uploads, and what is there afterwards."""
    mudmai = str(Path(sys.executable).with_name("mudmai"))
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MUDMAI_")}
    with tempfile.TemporaryDirectory(prefix="mudmai-bench-") as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        env = clean | {"MUDMAI_HOME": home, "DJANGO_SETTINGS_MODULE": "mudmai.site.settings"}
        subprocess.run([mudmai, "init"], env=env, check=True, capture_output=True)
        subprocess.run([mudmai, "db", "migrate"], env=env, check=True, capture_output=True)
        seeded = subprocess.run(
            [sys.executable, "-c", SEED, str(people)], env=env, check=True, capture_output=True, text=True
        )
        given = json.loads(seeded.stdout.splitlines()[-1])
        server = subprocess.Popen([mudmai, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL)
        try:
            _wait(port, server)
            return _during(port, given, people, megabytes, env)
        finally:
            server.terminate()
            server.wait(60)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=30):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not answer")


def _during(
    port: int, given: dict[str, object], people: int, megabytes: float, env: dict[str, str]
) -> dict[str, object]:
    keys, path = list(given["keys"]), f"/datasets/{given['dataset']}/submit/"  # type: ignore[call-overload]
    files = [_file(n, megabytes) for n in range(people)]
    forms = [_form(data, f"file {n}.csv") for n, data in enumerate(files)]
    idle: dict[str, list[float]] = {p: [] for p in PAGES}
    busy: dict[str, list[float]] = {p: [] for p in PAGES}
    rounds = iter(range(25))
    _pages(port, keys[0], {p: [] for p in PAGES}, iter([True, True, False]).__next__)
    _pages(port, keys[0], idle, lambda: next(rounds, None) is not None)
    answers: list[tuple[int, float]] = []

    def send(n: int) -> None:
        answers.append(_ask(port, path, keys[n], forms[n], "multipart/form-data; boundary=x"))

    senders = [threading.Thread(target=send, args=(n,)) for n in range(people)]
    for sender in senders:
        sender.start()
    _pages(port, keys[0], busy, lambda: any(s.is_alive() for s in senders))
    reading_until = time.monotonic() + 15  # the worker reads the files now
    while_reading: dict[str, list[float]] = {p: [] for p in PAGES}
    _pages(port, keys[0], while_reading, lambda: time.monotonic() < reading_until)
    checked = subprocess.run([sys.executable, "-c", CHECK], env=env, check=True, capture_output=True, text=True)
    there = json.loads(checked.stdout.splitlines()[-1])
    lost = {hashlib.sha256(data).hexdigest() for data in files} - set(there["kept"])
    return {
        "statuses": sorted(status for status, _ in answers),
        "upload_s": [min(s for _, s in answers), max(s for _, s in answers)],
        "lost": len(lost),
        "jobs": {state: there["jobs"].count(state) for state in sorted(set(there["jobs"]))},
        "idle_ms": {p: statistics.median(t) * 1e3 for p, t in idle.items()},
        "during_uploads_ms": {p: statistics.median(t) * 1e3 for p, t in busy.items() if t},
        "while_reading_ms": {p: statistics.median(t) * 1e3 for p, t in while_reading.items() if t},
        "slowest_ms": {p: max(busy[p] + while_reading[p]) * 1e3 for p in PAGES},
        "asked": {p: len(busy[p]) for p in PAGES},
    }


def main() -> int:
    """Measure, print, and fail when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--megabytes", type=float, default=2.0)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    asked = parser.parse_args()
    found = measure(asked.people, asked.megabytes)
    kept = [found["lost"] == 0 and set(found["statuses"]) <= {200, 302} and len(found["statuses"]) == asked.people]  # type: ignore[arg-type]
    print(f"{'kept  ' if kept[0] else 'BROKEN'} lost files = {found['lost']}, answers {found['statuses']}")
    print(f"uploads took {found['upload_s']} s; jobs {found['jobs']}")
    for page, before in found["idle_ms"].items():  # type: ignore[attr-defined]
        for when in ("during_uploads_ms", "while_reading_ms"):
            now = found[when].get(page)  # type: ignore[attr-defined]
            if now is not None:
                kept.append(now / before <= MOST_SLOWER)
                print(
                    f"{'kept  ' if kept[-1] else 'BROKEN'} {page} {when[:-3]}: {now:.1f} ms / {before:.1f} ms = "
                    f"{now / before:.2f} (<= {MOST_SLOWER:g}); slowest {found['slowest_ms'][page]:.0f} ms"  # type: ignore[index]
                )
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
