"""Moved, merged and doubled projects, tied to the row in which they go on, so that nothing is counted twice.

A note that names a number looks in its own numbering first, then for the only one of that number on the sheet (of the
plan it names, when it names one). A project moved to a plan counts there when a project of its title stands there;
when none does it goes on counting where it is, with a warning: money is neither doubled nor lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from mudmai.core.language import Text
from mudmai.exchange.forms.book import FormNote, FormProject, NoteKind, ProjectKey, State
from mudmai.exchange.forms.findings import FormFindings
from mudmai.exchange.forms.layouts import FormLayouts
from mudmai.exchange.forms.words import folded, near, without_enumerator
from mudmai.exchange.sheets.cells import place_of

_STATES: dict[NoteKind, State] = {
    NoteKind.MOVED: "moved",
    NoteKind.MERGED: "merged",
    NoteKind.DUPLICATE: "duplicate",
}


def resolve(projects: Sequence[FormProject], layouts: FormLayouts, findings: FormFindings) -> tuple[FormProject, ...]:
    """The projects with their states and successors."""
    return _Resolver(projects, layouts, findings).resolved()


class _Resolver:
    def __init__(self, projects: Sequence[FormProject], layouts: FormLayouts, findings: FormFindings) -> None:
        self._projects, self._findings = projects, findings
        self._level = layouts.section_level
        self._keys: dict[tuple[tuple[str, str], ...], str] = {}
        self._noted: dict[ProjectKey, tuple[FormProject, FormNote]] = {}
        for one in projects:
            if one.notes:
                note = next((note for note in one.notes if note.kind in _STATES), None)
                if note is not None:
                    self._noted[one.key] = (one, note)
        self._numbers: dict[tuple[str, str], list[FormProject]] = defaultdict(list)
        self._plans: dict[str, list[FormProject]] = defaultdict(list)
        self._titles: dict[tuple[str, str], list[FormProject]] = defaultdict(list)
        if self._noted:
            self._index()

    def _index(self) -> None:
        """Projects by plan; those that a note may mean also by number on their sheet, or by plan and title."""
        targets = {note.target for _, note in self._noted.values() if note.target}
        titles = {one.title for one, note in self._noted.values() if note.kind is NoteKind.MOVED}
        for one in self._projects:
            if one.number in targets:
                self._numbers[one.sheet, one.number].append(one)
            plan = self._plan(one)
            if plan:
                self._plans[plan].append(one)
                if one.fields.get("title") in titles:
                    self._titles[plan, one.title].append(one)

    def _plan(self, project: FormProject) -> str:
        found = self._keys.get(project.hierarchy)
        if found is None:
            found = _plan_key(next((words for level, words in project.hierarchy if level == self._level), ""))
            self._keys[project.hierarchy] = found
        return found

    def resolved(self) -> tuple[FormProject, ...]:
        successors: dict[ProjectKey, ProjectKey] = {}
        for key, (one, note) in self._noted.items():
            found = self._moved(one, note) if note.kind is NoteKind.MOVED else self._numbered(one, note)
            if found is not None:
                successors[key] = found.key
        self._circles(successors)
        return tuple(self._standing(one, successors) if one.notes else one for one in self._projects)

    def _standing(self, project: FormProject, successors: dict[ProjectKey, ProjectKey]) -> FormProject:
        if project.key not in successors:
            return project
        _, note = self._noted[project.key]
        return replace(project, state=_STATES[note.kind], successor=successors[project.key])

    def _numbered(self, project: FormProject, note: FormNote) -> FormProject | None:
        others = [one for one in self._numbers[project.sheet, note.target] if one is not project]
        if note.plan:
            plans = self._plan_named(note.plan)
            if plans:
                pool = [one for plan in plans for one in self._plans[plan]]
                others = [one for one in pool if one.number == note.target and one is not project]
        same_run = [one for one in others if one.sheet == project.sheet and one.run == project.run]
        chosen = same_run or others
        if len(chosen) == 1:
            return chosen[0]
        if chosen:
            said = Text(
                f"ลำดับที่ {note.target} มี {len(chosen)} โครงการ", f"{len(chosen)} projects have no. {note.target}"
            )
        else:
            said = Text(f"ไม่มีโครงการลำดับที่ {note.target}", f"there is no project no. {note.target}")
        self._fault(project, note, said, Text("แก้เลขลำดับในกล่องข้อความ", "mend the number in the text box"))
        return None

    def _moved(self, project: FormProject, note: FormNote) -> FormProject | None:
        plans = self._plan_named(note.plan)
        if not plans:
            said = Text(f"ไม่มี “{note.plan}” ในไฟล์นี้", f"there is no plan “{note.plan}” in this file")
            self._fault(project, note, said, Text("แก้ชื่อแผนงานในกล่องข้อความ", "mend the plan in the text box"))
            return None
        there = [one for plan in plans for one in self._plans[plan] if one is not project] if note.target else []
        there = [one for one in there if one.number == note.target]
        same = [one for plan in plans for one in self._titles[plan, project.title] if one is not project]
        if not same:
            others = (one for plan in plans for one in self._plans[plan] if one is not project)
            same = [one for one in others if folded(one.title) == folded(project.title)]
        if note.target:
            same = [one for one in same if one.number == note.target]
        same = [one for one in same if one.key not in self._noted] or same
        if len(same) == 1 or (note.target and len(there) == 1):
            return (same or there)[0]
        said = Text(
            f"พบโครงการชื่อนี้ {len(same)} รายการใน “{note.plan}” จึงยังนับไว้ที่เดิม",
            f"projects of this title in “{note.plan}”: {len(same)}, so it is counted where it is",
        )
        remedy = Text("ตรวจว่าโครงการย้ายไปอยู่ลำดับที่เท่าใด", "check under which number it goes on")
        self._findings.warn("form_move_unmatched", said, remedy, sheet=project.sheet, cell=note.cell)
        return None

    def _plan_named(self, words: str) -> list[str]:
        """Plans of these words: the same, else those that begin so, else the only one that differs by a typo."""
        wanted = _plan_key(words)
        if wanted in self._plans:
            return [wanted]
        longer = [plan for plan in self._plans if wanted and (plan.startswith(wanted) or wanted.startswith(plan))]
        if longer:
            return longer
        close = [plan for plan in self._plans if near(plan, wanted, 0.85)]
        return close if len(close) == 1 else []

    def _fault(self, project: FormProject, note: FormNote, said: Text, remedy: Text) -> None:
        row, col = place_of(note.cell)
        self._findings.fault("form_target", said, remedy, sheet=project.sheet, row=row, col=col)

    def _circles(self, successors: dict[ProjectKey, ProjectKey]) -> None:
        """Projects that go on in each other would count nowhere: told, and left to count where they are."""
        for start in list(successors):
            seen = [start]
            while seen[-1] in successors and successors[seen[-1]] not in seen:
                seen.append(successors[seen[-1]])
            if successors.get(seen[-1]) == start:
                said = Text("โครงการชี้ถึงกันเป็นวง จึงไม่รู้ว่านับที่ใด", "projects point at each other in a circle")
                remedy = Text("แก้กล่องข้อความให้เหลือโครงการที่นับ", "mend the text boxes so that one of them counts")
                self._fault(*self._noted[start], said, remedy)
                for key in seen:
                    successors.pop(key, None)


def _plan_key(words: str) -> str:
    return folded(without_enumerator(words)) if words else ""
