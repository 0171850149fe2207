"""What changed between two versions of a criteria set, for a history over versions with its breaks marked."""

from __future__ import annotations

from dataclasses import dataclass

from mudmai.core.criteria import CriteriaSet, Criterion
from mudmai.core.language import Text


@dataclass(frozen=True, slots=True)
class CriteriaChanges:
    """Ids of criteria, in the order of the set they stand in (what is gone: of the older).

    ``reworded``: other words of title, question, guidance, steps. ``rescaled``: other steps or shares, other bounds of
    its live figure. ``reweighted``: another share of the points of its part, or another part, or a part that counts
    differently. ``refitted``: asked of other bodies. ``moved``: from paper to outcome or back. ``breaks``: what the
    newer set itself says.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    reworded: tuple[str, ...]
    rescaled: tuple[str, ...]
    reweighted: tuple[str, ...]
    refitted: tuple[str, ...]
    moved: tuple[str, ...]
    breaks: Text | None

    @property
    def none(self) -> bool:
        """Nothing changed in the criteria."""
        return not (self.touches_scores or self.reworded)

    @property
    def touches_scores(self) -> bool:
        """The same answers may add up to something else."""
        return bool(self.added or self.removed or self.rescaled or self.reweighted or self.refitted or self.moved)

    @property
    def comparable(self) -> bool:
        """Scores of the two versions may stand in one line: nothing that touches them changed, no break is declared."""
        return self.breaks is None and not self.touches_scores


def changes_between(old: CriteriaSet, new: CriteriaSet) -> CriteriaChanges:
    """What is different in ``new``. Criteria are the same by their id."""
    both = [(old.by_id[one.id], one) for one in new.criteria if one.id in old.by_id]
    return CriteriaChanges(
        added=tuple(one.id for one in new.criteria if one.id not in old.by_id),
        removed=tuple(one.id for one in old.criteria if one.id not in new.by_id),
        reworded=tuple(b.id for a, b in both if _words(a) != _words(b)),
        rescaled=tuple(b.id for a, b in both if _scale(a) != _scale(b)),
        reweighted=tuple(b.id for a, b in both if _weight(old, a) != _weight(new, b)),
        refitted=tuple(b.id for a, b in both if _fits(a) != _fits(b)),
        moved=tuple(b.id for a, b in both if a.side != b.side),
        breaks=new.breaks,
    )


def _words(one: Criterion) -> object:
    return one.title, one.question, one.guidance, tuple((step.value, step.title) for step in one.scale)


def _scale(one: Criterion) -> object:
    live = one.live
    figure = (live.formula, live.area_system, live.bounds, live.rising) if live else None
    return tuple((step.value, step.share) for step in one.scale), figure


def _fits(one: Criterion) -> object:
    return tuple((clause.fact, clause.comparison, clause.values) for clause in one.fits)


def _weight(criteria: CriteriaSet, one: Criterion) -> object:
    """Its share of the whole where every part counts and every criterion fits; rounded beyond what sums lose."""
    part = criteria.part(one.part)
    points = sum(other.points for other in criteria.of_part(part.id))
    parts = sum(other.weight for other in criteria.parts)
    return part.id, part.optional, round(one.points / points, 12), round(part.weight / parts, 12)
