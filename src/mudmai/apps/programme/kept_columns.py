"""The columns of the whole register, kept: in memory, and in a file from which a process that was just started begins.

A programme is read anew only after something in it changed (:func:`programme_marks`), whatever it was read from before
(:mod:`mudmai.apps.programme.column_file`).
"""

from __future__ import annotations

from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connections
from django.db.models import Count, Max

from mudmai.apps.programme.column_file import Marks, read_file, write_file
from mudmai.apps.programme.models import BudgetLine, LineOrigin, Programme, Project, RevisionEvent
from mudmai.apps.programme.money_columns import Columns, Ints, read_columns, used_words

_lock = Lock()
_kept: tuple[Marks, Columns] | None = None


def programme_marks() -> dict[str, tuple[Any, ...]]:
    """Programme → what changes whenever a figure of its projects may change: three queries."""
    found: dict[str, tuple[Any, ...]] = {}
    for key, revision in Programme.objects.order_by().values_list("pk", "revision"):
        found[key.hex] = (revision,)
    events = (
        RevisionEvent.objects.order_by().values_list("programme_id").annotate(n=Count("pk"), last=Max("recorded_at"))
    )
    told = {key.hex: tuple(mark) for key, *mark in events}
    for marks in (told, _report_marks()):
        for name, own in marks.items():
            found[name] = (*found.get(name, ()), *own)
    return found


_reports: tuple[tuple[Any, ...], Marks] | None = None


def _report_marks() -> Marks:
    """What the reported lines of each programme add to its mark: one query while no line was added or taken away.

    Nothing is kept of what a transaction has not yet committed.
    """
    global _reports
    lines = BudgetLine.every.filter(origin=LineOrigin.REPORT).order_by()
    now = tuple(lines.aggregate(n=Count("pk"), last=Max("pk")).values())
    if not now[0]:
        return {}
    if _reports is not None and _reports[0] == now:
        return _reports[1]
    rows = lines.values_list("project__programme_id").annotate(n=Count("pk"), last=Max("pk"))
    found = {key.hex: tuple(mark) for key, *mark in rows}
    if not connections[lines.db].in_atomic_block:
        _reports = (now, found)
    return found


def register_columns() -> Columns:
    """The columns of all projects that count, read anew only for programmes that changed since they were last asked.

    A process that has none yet begins with the file. Whoever had to read most of the register writes it.
    """
    global _kept
    marks = programme_marks()
    kept = _kept
    if kept is not None and kept[0] == marks:
        return kept[1]
    with _lock:
        marks = programme_marks()  # another thread may have read what is new while this one waited
        kept = _kept
        if kept is not None and kept[0] == marks:
            return kept[1]
        begun = kept or read_file(marks)
        found = _read_since(begun, marks)
        _kept = (marks, found)
        if kept is None and (begun is None or 2 * len(begun[1].keys) < len(found.keys)):
            write_file(marks, found)
        return found


def keep_columns() -> None:
    """Bring the file up to the register as it is: for work in the background, after a change."""
    register_columns()
    if _kept is not None:
        write_file(*_kept)


def _read_since(begun: tuple[Marks, Columns] | None, marks: Marks) -> Columns:
    """What ``begun`` has of the programmes that are as they were, and the others from the database."""
    if begun is None or not begun[1].keys:
        return read_columns()
    before, columns = begun
    stale = [key for key, mark in marks.items() if before.get(key) != mark]
    gone = {*stale, *(before.keys() - marks.keys())}
    still = np.array([key not in gone for key in columns.programmes], bool)
    if stale:
        fresh = read_columns(Project.objects.filter(programme__in=[UUID(key) for key in stale]))
        return _joined(columns.only(still[columns.programme]), fresh)
    return columns if still.all() else columns.only(still[columns.programme])


def _joined(one: Columns, other: Columns) -> Columns:
    programmes, of_programme = _merged(one.programmes, one.programme, other.programmes, other.programme)
    groups, place = _merged(one.groups, one.place, other.groups, other.place)
    statuses, status = _merged(one.statuses, one.status, other.statuses, other.status)
    departments, department = _merged(one.departments, one.department, other.departments, other.department)
    sources, source = _merged(one.sources, one.source, other.sources, other.source)
    return Columns(
        one.keys + other.keys, programmes, of_programme, groups, place,
        np.concatenate((one.number, other.number)), status, statuses, department, departments,
        np.concatenate((one.line, other.line)),
        np.concatenate((one.owner, other.owner + len(one.keys))),
        np.concatenate((one.year, other.year)),
        np.concatenate((one.stage, other.stage)),
        np.concatenate((one.satang, other.satang)),
        source, sources,
    )  # fmt: skip


def _merged(words: tuple[Any, ...], codes: Ints, more: tuple[Any, ...], others: Ints) -> tuple[tuple[Any, ...], Ints]:
    """Two coded columns under one another, with the words that are still used."""
    names, before = used_words(words, codes)
    known = {name: n for n, name in enumerate(names)}
    moved = np.array([known.setdefault(name, len(known)) for name in more], np.int64)
    after = moved[others] if len(others) else others
    return tuple(known), np.concatenate((before, after))
