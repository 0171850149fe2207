"""Definitions that people of an installation make: a pack of kind ``overlay``, written by code, with its history.

::

    <home>/packs/desk                    a symbolic link to the state in use
    <home>/desk/<version>/desk/*.yaml    one state: a whole pack, never changed again
    <home>/desk/<version>/about.json     its parent, when, by whom (a pseudonym), why, whose each definition is

A state is written aside, checked with all packs of the workspace, and only then does the link lead to it, in one
step: whoever reads, whenever the machine goes off, sees the old definitions or the new ones. The history is the way
from the state in use back over its parents. See ADR 9.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mudmai.core.errors import InputError, MudmaiError, PackError, UnknownNameError, Where
from mudmai.core.language import Text
from mudmai.workspace.durable_files import sync_folder
from mudmai.workspace.overlay_files import (
    KINDS,
    Content,
    Definitions,
    Key,
    checked_kind,
    name_of,
    read_definitions,
    write_definitions,
)

if TYPE_CHECKING:
    from mudmai.core.datasets import Dataset
    from mudmai.workspace.shelf import Shelf
    from mudmai.workspace.workspace import Workspace

PACK = "desk"
EMPTY = ""
"""The version of an overlay that nobody has written yet."""
LOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Version:
    """A state in the history. ``at`` is in UTC; ``by`` a pseudonym; ``changed`` the definition it was made for."""

    version: str
    parent: str
    at: datetime
    by: str
    note: str
    changed: Key | None


@dataclass(frozen=True)
class State:
    """The definitions of one version; ``owners`` says whose a definition is (code of an organisation)."""

    version: str
    definitions: Definitions
    owners: Mapping[Key, str] = field(default_factory=dict)

    def find(self, kind: str, name: str) -> Content:
        """One definition; :class:`UnknownNameError` otherwise."""
        found = self.definitions.items.get((checked_kind(kind), name))
        if found is None:
            raise UnknownNameError(KINDS[kind], name, list(self.definitions.of_kind(kind)))
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One definition in two states; None where it is not there."""

    kind: str
    name: str
    old: Content | None
    new: Content | None


class Overlay:
    """The overlay of a workspace. Reads the folder at every call: it is small."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.link = workspace.home.packs / PACK
        self.states = workspace.home.root / PACK

    # ------------------------------------------------------------------ reading
    @property
    def version(self) -> str:
        """The version in use."""
        try:
            return Path(os.readlink(self.link)).parent.name
        except OSError:
            return EMPTY

    def state(self, version: str | None = None) -> State:
        """The definitions in use, or those of a version of the history."""
        wanted = self.version if version is None else version
        if wanted == EMPTY:
            return State(EMPTY, Definitions())
        if version is not None and not self._is_version(wanted):
            raise UnknownNameError(Text("รุ่นของนิยาม", "version of the definitions"), wanted)
        folder = self.states / wanted
        about = _read_about(folder)
        owners = {(kind, name): owner for kind, name, owner in about.get("owners", ())}
        return State(wanted, read_definitions(folder / PACK), owners)

    def history(self) -> tuple[Version, ...]:
        """Every version from the one in use back to the first."""
        found, here = [], self.version
        while here != EMPTY and self._is_version(here):
            about = _read_about(self.states / here)
            changed = about.get("changed")
            found.append(
                Version(
                    here,
                    about.get("parent", EMPTY),
                    datetime.fromisoformat(about["at"]),
                    about.get("by", ""),
                    about.get("note", ""),
                    (changed[0], changed[1]) if changed else None,
                )
            )
            here = found[-1].parent
        return tuple(found)

    def history_of(self, kind: str, name: str) -> tuple[tuple[Version, Content | None], ...]:
        """The versions in which one definition changed, newest first, with its content from then on."""
        found: list[tuple[Version, Content | None]] = []
        for one in self.history():
            content = self.state(one.version).definitions.items.get((kind, name))
            before = self.state(one.parent).definitions.items.get((kind, name))
            if content != before:
                found.append((one, content))
        return tuple(found)

    def difference(self, old: str, new: str | None = None) -> tuple[Difference, ...]:
        """What differs between two versions (default: up to the one in use)."""
        before, after = self.state(old).definitions.items, self.state(new).definitions.items
        return tuple(
            Difference(*key, before.get(key), after.get(key))
            for key in sorted(before.keys() | after.keys())
            if before.get(key) != after.get(key)
        )

    # ------------------------------------------------------------------ writing
    def check(
        self,
        kind: str,
        content: Content,
        *,
        name: str = "",
        replaces: bool = False,
        publisher: Content | None = None,
    ) -> None:
        """Raise what :meth:`save` would raise for this content; nothing is written where anybody looks."""
        with self._room() as room:
            self._candidate(room, self._with(self.state(), kind, name, content, "", replaces, publisher))

    def save(
        self,
        kind: str,
        content: Content,
        *,
        name: str = "",
        started_from: str,
        by: str,
        note: str = "",
        owner: str = "",
        replaces: bool = False,
        publisher: Content | None = None,
    ) -> State:
        """Keep one definition: a new one, or with ``name`` the changed one of that name.

        ``started_from`` is the version that the editor saw; ``publisher`` is the organisation that publishes a dataset,
        where no pack has it yet. Raises :class:`PackError` (every fault with file, line and
        key) and :class:`InputError` with the codes ``definition_changed`` (somebody else changed the same definition
        meanwhile), ``definition_exists``, ``definition_renamed``.
        """
        with self._alone():
            now = self.state()
            key = (checked_kind(kind), name or name_of(kind, content))
            self._check_unchanged(now, key, started_from)
            return self._publish(self._with(now, kind, name, content, owner, replaces, publisher), now, key, by, note)

    def remove(self, kind: str, name: str, *, started_from: str, by: str, note: str = "") -> State:
        """Take a definition away; refused while another definition of the overlay needs it."""
        with self._alone():
            now = self.state()
            now.find(kind, name)
            self._check_unchanged(now, (kind, name), started_from)
            items = {key: told for key, told in now.definitions.items.items() if key != (kind, name)}
            owners = {key: one for key, one in now.owners.items() if key != (kind, name)}
            told = replace(now.definitions, items=items, replaces=now.definitions.replaces - {name})
            return self._publish(State(EMPTY, told, owners), now, (kind, name), by, note)

    def restore(self, kind: str, name: str, version: str, *, started_from: str, by: str, note: str = "") -> State:
        """Give one definition the content that it had in ``version``."""
        old = self.state(version)
        content = old.find(kind, name)
        replaces = name in old.definitions.replaces
        with self._alone():
            now = self.state()
            self._check_unchanged(now, (kind, name), started_from)
            owner = old.owners.get((kind, name), "")
            there = name if (kind, name) in now.definitions.items else ""
            return self._publish(self._with(now, kind, there, content, owner, replaces), now, (kind, name), by, note)

    # ------------------------------------------------------------------ inside
    def _is_version(self, name: str) -> bool:
        return "/" not in name and not name.startswith(".") and (self.states / name / "about.json").is_file()

    def _check_unchanged(self, now: State, key: Key, started_from: str) -> None:
        if started_from == now.version:
            return
        seen = self.state(started_from).definitions.items.get(key)
        if seen != now.definitions.items.get(key):
            raise InputError(
                Text(f"มีผู้แก้ {key[1]} หลังจากที่คุณเปิดหน้านี้", f"somebody changed {key[1]} after you opened it"),
                remedy=Text("เปิดหน้าใหม่ ดูสิ่งที่เปลี่ยน แล้วแก้อีกครั้ง", "open it again, see what changed, and edit anew"),
                code="definition_changed",
            )

    def _with(
        self,
        now: State,
        kind: str,
        name: str,
        content: Content,
        owner: str,
        replaces: bool,
        publisher: Content | None = None,
    ) -> State:
        """``now`` with one definition put in."""
        called = name_of(checked_kind(kind), content)
        items, owners = dict(now.definitions.items), dict(now.owners)
        if name and name != called:
            raise InputError(
                Text("รหัสของนิยามเปลี่ยนไม่ได้", "the id of a definition does not change"),
                remedy=Text("สร้างนิยามใหม่แล้วลบของเดิม", "make a new one and remove the old"),
                code="definition_renamed",
                where=Where(field="id"),
            )
        if not name and (kind, called) in items:
            raise InputError(
                Text(f"มี{KINDS[kind].th} {called} แล้ว", f"there is a {KINDS[kind].en} {called} already"),
                remedy=Text("เปิดของเดิมเพื่อแก้ หรือใช้รหัสอื่น", "open that one to change it, or use another id"),
                code="definition_exists",
                where=Where(field="id"),
            )
        items[kind, called] = dict(content)
        if owner:
            owners[kind, called] = owner
        replaced = now.definitions.replaces - {called} | ({called} if replaces else frozenset())
        organisations = dict(now.definitions.organisations)
        if kind == "datasets":
            if publisher:
                organisations[str(publisher.get("id", ""))] = publisher
            organisations |= self._publisher(str(content.get("publisher", "")), organisations)
        return State(EMPTY, Definitions(items, organisations, frozenset(replaced)), owners)

    def _publisher(self, wanted: str, known: Collection[str]) -> dict[str, Content]:
        """The publisher of a dataset, copied from the packs where the overlay does not have it."""
        if wanted in known:
            return {}
        found = [_told(one) for one in all_datasets(self.workspace) if one.publisher.id == wanted]
        return {wanted: found[-1]} if found else {}

    def _publish(self, wanted: State, now: State, changed: Key, by: str, note: str) -> State:
        if wanted.definitions == now.definitions and wanted.owners == now.owners:
            return now
        with self._room() as room:
            about = {
                "parent": now.version,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "by": by,
                "note": note.strip()[:500],
                "changed": list(changed),
                "owners": [[kind, name, owner] for (kind, name), owner in sorted(wanted.owners.items())],
            }
            folder = self._candidate(room, wanted, number=_number(now.version) + 1)
            version = f"{_number(now.version) + 1:06d}-{_digest(folder)[:12]}"
            (folder.parent / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), "utf-8")
            self._put(folder.parent, self.states / version)
        self._swap(version)
        self.workspace.look_again()  # this process sees it with its next question, others within a second
        return self.state(version)

    def _candidate(self, room: Path, wanted: State, *, number: int = 0) -> Path:
        """The wanted state as a pack in ``room``, checked with all other packs."""
        folder = room / "state" / PACK
        folder.mkdir(parents=True)
        shelf = self.workspace.shelf
        requires = [p.id for p in shelf.packs.values() if p.kind != "overlay"]
        write_definitions(folder, wanted.definitions, pack=PACK, version=str(number), requires=requires)
        beside = room / "packs"
        beside.mkdir()
        own = self.workspace.home.packs
        for one in sorted(own.iterdir()) if own.is_dir() else ():
            if one.name != PACK and (one / "pack.yaml").is_file():
                (beside / one.name).symlink_to(one.resolve(), target_is_directory=True)
        (beside / PACK).symlink_to(folder.resolve(), target_is_directory=True)
        self._check(beside, shelf, wanted.definitions)
        return folder

    def _check(self, beside: Path, before: Shelf, told: Definitions) -> None:
        from mudmai.workspace.shelf import load_shelf

        shelf = load_shelf(self.workspace.shipped, beside)  # what is only tried is not kept
        fresh = {name: fault for name, fault in shelf.faults.items() if name == PACK or name not in before.faults}
        for fault in (fresh.get(PACK), *fresh.values()):
            if fault is not None:
                raise fault
        if told.replaces:
            _check_users(shelf)

    def _put(self, made: Path, place: Path) -> None:
        """Move a finished state to its place and see it on disk."""
        for path in [*made.rglob("*"), made]:
            sync_folder(path)
        self.states.mkdir(parents=True, exist_ok=True)
        if place.exists():
            shutil.rmtree(place)  # left by somebody who was stopped before anyone saw it
        made.rename(place)
        sync_folder(self.states)

    def _swap(self, version: str) -> None:
        """Lead the link to ``version``, in one step."""
        packs = self.workspace.home.packs
        packs.mkdir(parents=True, exist_ok=True)
        aside = packs / f".{PACK}.{os.getpid()}.{os.urandom(4).hex()}"
        try:
            aside.symlink_to(Path("..") / PACK / version / PACK, target_is_directory=True)
            os.replace(aside, self.link)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(packs)

    @contextmanager
    def _room(self) -> Iterator[Path]:
        """A folder of one's own on the disk of the states."""
        import tempfile  # only where definitions are written

        self.states.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.states, prefix=".room-", ignore_cleanup_errors=True) as name:
            yield Path(name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes inside the block."""
        from filelock import FileLock, Timeout  # only writers need it

        if self.link.exists() and not self.link.is_symlink():
            raise InputError(
                Text(f"มีโฟลเดอร์ {PACK} ในแพ็กอยู่แล้ว", f"there is a folder {PACK} among the packs already"),
                remedy=Text(f"เปลี่ยนชื่อชุด packs/{PACK}", f"rename the pack in packs/{PACK}"),
                code="overlay_taken",
            )
        self.states.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.states / ".lock", timeout=LOCK_SECONDS)
        try:
            lock.acquire()
        except Timeout as found:
            raise InputError(
                Text("มีผู้บันทึกนิยามอยู่", "somebody else is saving definitions"),
                remedy=Text("รอสักครู่แล้วลองอีกครั้ง", "wait a moment and try again"),
                code="store_busy",
            ) from found
        try:
            yield
        finally:
            lock.release()


def all_datasets(workspace: Workspace) -> list[Dataset]:
    """Every dataset that a pack describes."""
    return [one for pack in workspace.packs.values() for one in pack.datasets]


def _told(dataset: Dataset) -> Content:
    publisher = dataset.publisher
    told: dict[str, Any] = {"id": publisher.id, "name": {"th": publisher.name.th, "en": publisher.name.en}}
    return {**told, "url": publisher.url} if publisher.url else told


def _check_users(shelf: Shelf) -> None:
    """Every formula of every pack once more, with what was replaced."""
    from mudmai.core.formulas.check import check

    problems = []
    for plan in shelf.plans:
        formulas = shelf.definitions_of(plan)
        asked = [
            (f"{plan.id} {one.id} {how.id}", how.formula, one.area_system, one.unit)
            for one in plan.indicators
            for how in one.readings
        ]
        asked += [(f"{plan.id} {fact.id}", fact.formula, fact.area_system, fact.unit) for fact in plan.situation]
        for place, formula, system, unit in asked:
            try:
                check(formula, shelf.catalogue, formulas, area_system=system, unit=unit)
            except MudmaiError as fault:
                problem = fault.as_problem()
                message = Text(f"{place}: {problem.message.th}", f"{place}: {problem.message.en}")
                problems.append(replace(problem, message=message, where=Where(file="plan.yaml", field=place)))
    if problems:
        raise PackError(
            Text("การแทนนิยามนี้ทำให้ตัวชี้วัดที่ใช้อยู่คำนวณไม่ได้", "replacing it breaks indicators that are in use"),
            remedy=Text("ใช้รหัสใหม่แทนการแทนของเดิม", "give it an id of its own instead"),
            problems=problems,
        )


def _number(version: str) -> int:
    head = version.partition("-")[0]
    return int(head) if head.isdigit() else 0


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        whole.update(f"{path.name}\0".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _read_about(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "about.json").read_text("utf-8"))
    return found
