"""Generated criteria sets that a file of a pack could hold."""

from __future__ import annotations

from hypothesis import strategies as st

from mudmai.core.criteria import (
    Action,
    Comparison,
    CriteriaSet,
    Criterion,
    FactAsked,
    FactKind,
    FitClause,
    Level,
    LiveFigure,
    Part,
    PartsRule,
    RegisterRule,
    Side,
    Step,
)
from mudmai.core.language import Text

WORDS = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cn", "Co")),
        min_size=1,
        max_size=8,
    ),
    min_size=1,
    max_size=4,
).map(" ".join)
TEXTS = st.builds(Text, WORDS, WORDS)
IDS = st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z]", fullmatch=True)
POINTS = st.sampled_from([0.5, 1.0, 2.0, 3.25, 10.0])
SHARES = st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 0.7, 1.0])
FACTS = (
    FactAsked(
        "legal", FactKind.WORD, Text("ประเภท", "type"), (("town", Text("เมือง", "town")), ("other", Text("อื่น", "other")))
    ),
    FactAsked("people", FactKind.NUMBER, Text("คน", "people"), unit=Text("คน", "persons")),
    FactAsked(
        "powers",
        FactKind.WORDS,
        Text("หน้าที่", "powers"),
        (("waste", Text("ขยะ", "waste")), ("roads", Text("ถนน", "roads"))),
    ),
    FactAsked("coast", FactKind.YES_NO, Text("ทะเล", "coast")),
)


@st.composite
def scales(draw: st.DrawFn) -> tuple[Step, ...]:
    top = draw(st.integers(1, 5))
    inner = sorted(draw(st.lists(SHARES, min_size=top - 1, max_size=top - 1)))
    shares = [0.0, *inner, 1.0] if draw(st.booleans()) else [n / top for n in range(top + 1)]
    return tuple(Step(n, share, draw(TEXTS)) for n, share in enumerate(shares))


@st.composite
def clauses(draw: st.DrawFn) -> FitClause:
    fact, comparison, values = draw(
        st.sampled_from(
            [
                ("legal", Comparison.IS, ("town",)),
                ("legal", Comparison.IS_NOT, ("other", "town")),
                ("people", Comparison.AT_LEAST, (50_000.0,)),
                ("people", Comparison.BELOW, (1234.5,)),
                ("powers", Comparison.HAS, ("waste", "roads")),
                ("coast", Comparison.IS, (True,)),
                ("coast", Comparison.IS, (False,)),
            ]
        )
    )
    return FitClause(fact, comparison, values, draw(TEXTS))


@st.composite
def criteria_worlds(draw: st.DrawFn) -> CriteriaSet:
    names = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    parts = tuple(
        Part(
            name,
            draw(TEXTS),
            draw(POINTS),
            draw(st.sampled_from(["", "g"])),
            draw(st.booleans()),
            draw(st.none() | TEXTS),
        )
        for name in names
    )
    actions = tuple(
        Action(name, draw(TEXTS), draw(TEXTS), draw(st.just("") | WORDS), draw(st.none() | st.integers(1, 9)))
        for name in draw(st.lists(IDS, max_size=2, unique=True))
    )
    shared = draw(scales())
    found = []
    for n, part in enumerate([*names, *draw(st.lists(st.sampled_from(names), max_size=3))]):
        side = draw(st.sampled_from(Side))
        scale = draw(st.just(shared) | scales())
        live = None
        if side is Side.OUTCOME and draw(st.booleans()):
            bounds = tuple((step.value, 1.5 * step.value) for step in scale[1:])
            live = LiveFigure("growth(x) + 1", "here", "percent", bounds, True, draw(st.just("") | WORDS))
        found.append(
            Criterion(
                f"c{n}-{part}",
                part,
                draw(TEXTS),
                draw(TEXTS),
                side,
                draw(POINTS),
                scale,
                draw(WORDS),
                draw(st.none() | TEXTS),
                draw(st.integers(0, 3)),
                live,
                tuple(draw(st.lists(clauses(), max_size=2, unique=True))),
                tuple(one.id for one in actions if draw(st.booleans())),
            )
        )
    rules = st.builds(PartsRule, SHARES, st.just(""), st.none() | st.just(1), st.just(()) | st.just((names[0],)))
    levels = tuple(
        Level(f"l{n}", draw(TEXTS), overall, tuple(draw(st.lists(rules, max_size=2))))
        for n, overall in enumerate(sorted(draw(st.lists(SHARES, max_size=2))))
    )
    register = draw(
        st.none()
        | st.builds(
            RegisterRule,
            st.none() | st.integers(1, 60),
            st.none() | st.integers(1, 60),
            st.none() | SHARES,
            st.just(("a_valid",)),
            st.just("") | st.just("certificates"),
            st.none() | TEXTS,
        )
    )
    return CriteriaSet(
        id=draw(IDS), scheme=draw(IDS), version=draw(WORDS), title=draw(TEXTS), note=draw(TEXTS), source=draw(WORDS),
        parts=parts, criteria=tuple(found), levels=levels, actions=actions, register=register,
        replaces=draw(st.just("") | IDS), breaks=draw(st.none() | TEXTS), facts=FACTS,
    )  # fmt: skip
