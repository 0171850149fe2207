"""Balances of waste, water and energy: what comes in against what goes out, and by how much they differ.

``gap = inflow - outflow``, absolute and as a share of the inflow. With half-widths of 95 % intervals of the flows the
gap's own half-width is ``sqrt(sum (u x)^2)`` (IPCC 2006, volume 1, equation 3.2 for a difference); a gap inside it may
be noise. A flow that is not known leaves the balance open and unnamed sums are not made: it is never taken for zero.
A flow that does not occur is told so (``NO``) and adds nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mudmai.core.errors import InputError, Where
from mudmai.core.inventories import BalanceKind, FlowKind, Notation
from mudmai.core.language import Text

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount in the unit of its balance. None: not known, unless ``notation`` says that it does not occur.

    ``uncertainty`` in per cent, None where not stated.
    """

    amount: float | None
    uncertainty: float | None = None
    notation: Notation | None = None

    @property
    def is_told(self) -> bool:
        """Known, or known not to occur (or to stand in another flow)."""
        return self.amount is not None or (self.notation is not None and not self.notation.leaves_a_gap)


@dataclass(frozen=True, slots=True)
class Balance:
    """``gap``, ``share`` (of the inflow, 0 to 1) and the sums are None while ``missing`` names flows.

    ``half_width`` is the gap's uncertainty, None unless all flows state theirs; ``within`` says whether the gap lies
    inside it, None where that cannot be said. ``closes``: the gap is nothing but rounding.
    """

    kind: BalanceKind
    inflow: float | None
    outflow: float | None
    gap: float | None
    share: float | None
    half_width: float | None
    within: bool | None
    closes: bool | None
    missing: tuple[FlowKind, ...]

    @property
    def verdict(self) -> Text:
        """One sentence: closed, differs by how much, or not closed because something is not known."""
        if self.missing:
            th, en = (", ".join(one.title.in_(lang) for one in self.missing) for lang in ("th", "en"))
            return Text(f"ปิดดุลไม่ได้ เพราะยังไม่ทราบ{th}", f"not closed because this is not known: {en}")
        assert self.gap is not None
        if self.closes:
            return Text("ดุลปิดพอดี", "closes")
        share = "" if self.share is None else f" ({abs(self.share):.1%})"
        more = Text("เข้ามากกว่าออก", "more comes in than goes out")
        less = Text("ออกมากกว่าเข้า", "more goes out than comes in")
        side = more if self.gap > 0 else less
        th, en = (f"{abs(self.gap):,.6g} {self.kind.unit_title.in_(lang)}{share}" for lang in ("th", "en"))
        noise = {
            True: Text(" อยู่ในช่วงความไม่แน่นอน", ", within the stated uncertainty"),
            False: Text(" เกินช่วงความไม่แน่นอน", ", beyond the stated uncertainty"),
            None: Text(" ไม่ทราบว่าอยู่ในช่วงความไม่แน่นอนหรือไม่", "; whether that is noise is not known"),
        }[self.within]
        return Text(f"{side.th} {th}{noise.th}", f"{side.en} by {en}{noise.en}")


def balance(kind: BalanceKind, flows: Mapping[str, Flow]) -> Balance:
    """The balance of ``flows`` by id. Raises ``inventory_amount`` for a flow below zero or unknown to the balance."""
    known = {one.id for one in kind.flows}
    for name, flow in flows.items():
        if name not in known:
            raise _wrong(name, Text(f"ดุลนี้ไม่มีกระแส {name}", f"the balance has no flow {name}"))
        if flow.amount is not None and not 0 <= flow.amount < math.inf:
            raise _wrong(name, Text(f"{name} ต้องไม่ติดลบ", f"{name} must be zero or more"))
    missing = tuple(one for one in kind.flows if not flows.get(one.id, Flow(None)).is_told)
    if missing:
        return Balance(kind, None, None, None, None, None, None, None, missing)
    told = {one.id: flows[one.id] for one in kind.flows}
    sums = {side: math.fsum(told[f.id].amount or 0.0 for f in kind.flows if f.side == side) for side in ("in", "out")}
    gap = sums["in"] - sums["out"]
    counted = [f for f in told.values() if f.amount]
    half = None
    if all(f.uncertainty is not None for f in counted):
        half = math.sqrt(
            math.fsum((f.amount * f.uncertainty / 100) ** 2 for f in counted if f.amount and f.uncertainty)
        )
    closes = abs(gap) <= _ROUNDING * max(sums["in"], sums["out"], 1e-300)
    return Balance(
        kind=kind,
        inflow=sums["in"],
        outflow=sums["out"],
        gap=0.0 if closes else gap,
        share=None if not sums["in"] else gap / sums["in"],
        half_width=half,
        within=True if closes else (None if half is None else abs(gap) <= half),
        closes=closes,
        missing=(),
    )


def _wrong(name: str, message: Text) -> InputError:
    return InputError(
        message,
        remedy=Text("แก้กระแสนี้ หรือเว้นว่างถ้าไม่ทราบ", "mend this flow, or leave it empty where unknown"),
        code="inventory_amount",
        where=Where(field=name),
    )
