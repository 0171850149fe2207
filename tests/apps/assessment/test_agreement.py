"""Agreement of markers: told or told why not; lenient and strict markers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mudmai.apps.assessment.domain import agreement
from mudmai.apps.assessment.domain.agreement import agreement_of, consistency_of
from mudmai.apps.assessment.domain.reconciling import tell_provisional
from mudmai.apps.assessment.models import Call
from mudmai.methods.agreement import weighted_kappa
from tests.apps.assessment.assessment_world import DAY, AssessmentWorld
from tests.apps.assessment.marking_world import GOOD, POOR, appointed, fresh, handed, in_marking, in_reconciling, settle

MIXED = {"c-plan": 3, "c-open": 1, "c-money": 1, "c-waste": 0}


def test_nothing_is_told_before_all_have_handed_in(world: AssessmentWorld) -> None:
    file, first, _ = in_marking(world)
    handed(first, GOOD)
    told = agreement_of(fresh(file))
    assert (told.kappa, told.exact, told.count, told.differing) == (None, None, 0, ())
    assert "handed in" in told.told.en


def test_too_few_criteria_are_told(world: AssessmentWorld) -> None:
    file, _, _ = in_reconciling(world, POOR, MIXED)
    told = agreement_of(file)
    assert told.kappa is None
    assert "4 criteria are too few" in told.told.en
    assert told.exact == 0.5
    assert told.differing == ("c-plan", "c-waste")
    assert told.parts["plan"].count == 2


def test_kappa_is_that_of_the_method(world: AssessmentWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "LEAST", 4)
    file, _, _ = in_reconciling(world, POOR, MIXED)
    told = agreement_of(file)
    expected = weighted_kappa([2, 1, 1, 2], [3, 1, 1, 0], [0, 1, 2, 3])
    assert told.kappa == pytest.approx(expected.kappa)
    assert told.low is not None and told.high is not None and told.low <= told.kappa <= told.high
    assert "resampling" in told.told.en
    assert agreement_of(file).low == told.low


def test_a_marker_who_gives_one_mark_everywhere_makes_kappa_say_nothing(
    world: AssessmentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "LEAST", 4)
    file, _, _ = in_reconciling(world, dict.fromkeys(MIXED, 1), MIXED)
    told = agreement_of(file)
    assert told.kappa == pytest.approx(0)
    assert "same mark everywhere" in told.told.en


def test_equal_marks_throughout_are_undefined_and_not_full_agreement(
    world: AssessmentWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "LEAST", 4)
    file, _, _ = in_reconciling(world, GOOD, GOOD)
    told = agreement_of(file)
    assert (told.kappa, told.exact) == (None, 1.0)
    assert "cannot be measured" in told.told.en


def test_of_three_markers_the_mean_of_pairs_is_told(world: AssessmentWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "LEAST", 4)
    Call.objects.filter(pk=world.call.pk).update(markers=3)
    file = world.submitted()
    markers = [appointed(world, file, person) for person in world.markers]
    values = [POOR, MIXED, GOOD]
    for marker, given in zip(markers, values, strict=True):
        handed(marker, given)
    told = agreement_of(fresh(file))
    rows = [list(one.values()) for one in values]
    pairs = [weighted_kappa(rows[a], rows[b], [0, 1, 2, 3]).kappa for a, b in ((0, 1), (0, 2), (1, 2))]
    known = [one for one in pairs if one is not None]
    assert told.pairs == 3
    assert told.kappa == pytest.approx(sum(known) / len(known))
    assert (told.low, told.high) == (None, None)
    assert "mean of" in told.told.en


def test_a_lenient_marker_is_told(world: AssessmentWorld) -> None:
    file, first, second = in_reconciling(world, GOOD, POOR)
    for criterion, value in POOR.items():
        settle(world, file, criterion, value)
    assert consistency_of(world.agency) == ()
    tell_provisional(acting_user=world.runner, file=file, today=DAY)
    with CaptureQueriesContext(connection) as asked:
        found = {one.person.pk: one for one in consistency_of(world.agency)}
    assert len(asked) == 2
    lenient, fair = found[first.person_id], found[second.person_id]
    assert (lenient.files, lenient.marks, lenient.difference) == (1, 4, (1 + 2 + 2 + 1) / 4)
    assert fair.difference == 0
