"""A criteria set as anybody may read it: parts, criteria, levels, and what changed since the version before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from mudmai.core.criteria import CriteriaSet, Criterion, Level, Part, PartsRule
from mudmai.core.criteria_changes import CriteriaChanges, changes_between
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text
from mudmai.web.pages import render_page, workspace_of
from mudmai.web.views.assessment.shared import kept_set, known_sets
from mudmai.web.wording import wording
from mudmai.workspace.criteria import criteria_set, version_order


@dataclass(frozen=True, slots=True)
class PartView:
    """A part with its criteria; ``share``: its weight of the whole where every part is claimed, 0..1."""

    part: Part
    criteria: tuple[Criterion, ...]
    share: float
    compulsory: Text | None = None
    """For which levels it is compulsory, in words."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Criteria that changed in one way, by title."""

    title: Text
    criteria: list[Text]


def criteria_page(request: HttpRequest, set: str, language: str) -> HttpResponse:
    """One version of a set; ``?kept=`` shows the very state that a file holds."""
    found = set_asked(request, set)
    known = known_sets(request)
    versions = sorted((one for one in known if one.scheme == found.scheme), key=version_order, reverse=True)
    older = next((one for one in known if one.id == found.replaces), None) if found.replaces else None
    changes = changes_between(older, found) if older is not None else None
    return render_page(
        request,
        "assessment/criteria.html",
        current="assessments",
        set=found,
        parts=part_views(found),
        levels=[(one, level_words(found, one)) for one in found.levels],
        versions=[one for one in versions if one.id != found.id],
        older=older,
        changes=changes,
        groups=_groups(older, found, changes) if older is not None and changes is not None else [],
        kept=request.GET.get("kept", ""),
        facts={one.id: one.title for one in found.facts},
    )


def set_asked(request: HttpRequest, name: str) -> CriteriaSet:
    """The set of the address. Raises :class:`UnknownNameError`."""
    kept = request.GET.get("kept", "")
    if kept:
        found = kept_set(request, kept)
        if found.id != name:
            raise UnknownNameError(Text("ชุดเกณฑ์", "criteria set"), name, [found.id])
        return found
    return criteria_set(workspace_of(request).home, name)


def part_views(criteria: CriteriaSet) -> list[PartView]:
    """The parts in order, each with its share of the whole."""
    whole = sum(one.weight for one in criteria.parts) or 1.0
    return [
        PartView(one, criteria.of_part(one.id), one.weight / whole, compulsory_words(criteria, one.id))
        for one in criteria.parts
    ]


def level_words(criteria: CriteriaSet, level: Level) -> list[Text]:
    """What a level needs, one sentence a rule."""
    found = [wording("assess.needs_overall", score=_percent(level.overall))] if level.overall > 0 else []
    found += [_rule_words(criteria, rule) for rule in level.parts]
    return found


def _rule_words(criteria: CriteriaSet, rule: PartsRule) -> Text:
    titles: Mapping[str, Text] = {one.id: one.title for one in criteria.parts}
    inside = [one for one in criteria.parts if not rule.group or one.group == rule.group]
    must = [titles[key] for key in rule.compulsory]
    score = _percent(rule.score)
    if rule.count is None:
        told = wording("assess.needs_every", score=score, parts=joined([one.title for one in inside]))
    elif rule.count == len(must):  # the compulsory ones are enough by themselves
        return wording("assess.needs_one" if len(must) == 1 else "assess.needs_all", score=score, parts=joined(must))
    else:
        words = "assess.needs_chosen" if all(one.optional for one in inside) else "assess.needs_count"
        told = wording(words, score=score, count=rule.count, of=len(inside))
    if not must:
        return told
    more = wording("assess.needs_must", parts=joined(must))
    return Text(f"{told.th} {more.th}", f"{told.en} {more.en}")


def compulsory_words(criteria: CriteriaSet, part: str) -> Text | None:
    """For which levels the part is compulsory, in words; None where it is for none."""
    levels = [one.title for one in criteria.levels if any(part in rule.compulsory for rule in one.parts)]
    return wording("assess.compulsory", levels=joined(levels)) if levels else None


def joined(texts: list[Text]) -> Text:
    """Texts in a row."""
    return Text(" ".join(f"“{one.th}”" for one in texts), ", ".join(f"“{one.en}”" for one in texts))


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0")


def _groups(old: CriteriaSet, new: CriteriaSet, changes: CriteriaChanges) -> list[ChangeGroup]:
    kinds = ("added", "removed", "rescaled", "reweighted", "refitted", "moved", "reworded")
    found = []
    for kind in kinds:
        held = old if kind == "removed" else new
        titles = [held.by_id[key].title for key in getattr(changes, kind)]
        if titles:
            found.append(ChangeGroup(wording(f"assess.changed_{kind}"), titles))
    return found
