"""The generated worlds and formulas are what they claim to be: the checker accepts every one."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudmai.core.formulas.check import check
from mudmai.core.formulas.parse import parse
from mudmai.core.formulas.unparse import unparse
from tests.strategies import formula_nodes, worlds

CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@CALM
@given(st.data())
def test_every_generated_formula_checks(data: st.DataObject) -> None:
    world = data.draw(worlds())
    text = unparse(data.draw(formula_nodes(world)))
    checked = check(text, world.catalogue)
    assert checked.type == checked.types[checked.root]
    assert checked.series


@CALM
@given(st.data())
def test_what_is_written_reads_back_as_the_same_tree(data: st.DataObject) -> None:
    node = data.draw(formula_nodes(data.draw(worlds())))
    assert parse(unparse(node)) == node
