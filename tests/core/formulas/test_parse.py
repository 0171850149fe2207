"""Text to tree: precedence, periods, arguments, and faults with their place and remedy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudmai.core.errors import FormulaError
from mudmai.core.formulas import nodes
from mudmai.core.formulas.functions import FUNCTIONS
from mudmai.core.formulas.nodes import ChildrenFunction, Number, ScalarFunction, SeriesRef
from mudmai.core.formulas.parse import MAX_DEPTH, parse, parse_with_places
from mudmai.core.formulas.tokens import MAX_LENGTH
from mudmai.core.formulas.unparse import unparse
from mudmai.core.periods import Frequency, Period
from mudmai.core.units import Unit

A, B, C = SeriesRef("a"), SeriesRef("b"), SeriesRef("c")


def fault(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.message.th
    assert caught.value.remedy.th
    assert caught.value.remedy.en
    return caught.value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", nodes.Arithmetic("+", A, nodes.Arithmetic("*", B, C))),
        ("(a + b) * c", nodes.Arithmetic("*", nodes.Arithmetic("+", A, B), C)),
        ("a - b - c", nodes.Arithmetic("-", nodes.Arithmetic("-", A, B), C)),
        ("a / b * c", nodes.Arithmetic("*", nodes.Arithmetic("/", A, B), C)),
        ("-a * b", nodes.Arithmetic("*", nodes.Negate(A), B)),
        ("a - -b", nodes.Arithmetic("-", A, nodes.Negate(B))),
        ("a + b >= c", nodes.Compare(">=", nodes.Arithmetic("+", A, B), C)),
        ("not a > b and b > c", nodes.Logic("and", nodes.Not(nodes.Compare(">", A, B)), nodes.Compare(">", B, C))),
        (
            "a > b or b > c and c > a",
            nodes.Logic(
                "or", nodes.Compare(">", A, B), nodes.Logic("and", nodes.Compare(">", B, C), nodes.Compare(">", C, A))
            ),
        ),
        ("1_000.5", Number(1000.5)),
        ("๑_๐๐๐.๕", Number(1000.5)),
        ("2.5e3", Number(2500.0)),
        ("nesdc.grp_2", SeriesRef("nesdc.grp_2")),
        ("`th-m8 real`", SeriesRef("th-m8 real")),
        ('a[sex="F", age="15-24"]', SeriesRef("a", (("age", "15-24"), ("sex", "F")))),
        ("a[age=15-24]", SeriesRef("a", (("age", "15-24"),))),
        ("a × b ÷ c − 1 ≤ 2", parse("a * b / c - 1 <= 2")),
        ("a[sex=“F”]", SeriesRef("a", (("sex", "F"),))),
    ],
)
def test_expressions(text: str, tree: nodes.Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("if(a > b, a, b)", nodes.If(nodes.Compare(">", A, B), A, B)),
        ("coalesce(a, b, c)", nodes.Coalesce((A, B, C))),
        ("abs(a)", nodes.Scalar(ScalarFunction.ABS, (A,))),
        ("round(a, 2)", nodes.Scalar(ScalarFunction.ROUND, (A,), 2)),
        ("round(a)", nodes.Scalar(ScalarFunction.ROUND, (A,), 0)),
        ("least(a, 1)", nodes.Scalar(ScalarFunction.LEAST, (A, Number(1.0)))),
        ("greatest(a, b)", nodes.Scalar(ScalarFunction.GREATEST, (A, B))),
        ("ln(a)", nodes.Scalar(ScalarFunction.LN, (A,))),
        ('convert(a, "percent")', nodes.Convert(A, Unit("percent"))),
        ("lag(a, 2)", nodes.Lag(A, 2)),
        ("growth(a)", nodes.Growth(A, 1)),
        ("growth(a, n=4)", nodes.Growth(A, 4)),
        ("cagr(a, 4)", nodes.Cagr(A, 4)),
        ("mean_over(a, 5)", nodes.MeanOver(A, 5)),
        ("cumulative(a, since=2023)", nodes.CumulativeSince(A, Period.year(2023))),
        ('cumulative(a, "2020-Q4")', nodes.CumulativeSince(A, Period.from_iso("2020-Q4"))),
        ("at(a, 2020)", nodes.AtPeriod(A, Period.year(2020))),
        ("at(a, ๒๐๒๐)", nodes.AtPeriod(A, Period.year(2020))),
        ("at(a, 2020-Q4)", nodes.AtPeriod(A, Period.from_iso("2020-Q4"))),
        ("at(a, 2020-04)", nodes.AtPeriod(A, Period.from_iso("2020-04"))),
        ("at(a, FY2020)", nodes.AtPeriod(A, Period.fiscal(2020))),
        ('pick(a, "Q4")', nodes.PickPart(A, 4)),
        ("pick(a, M12)", nodes.PickPart(A, 12, Frequency.MONTHLY)),
        ("annual(a, sum)", nodes.Annual(A, "sum")),
        ("parent(a)", nodes.Parent(A)),
        ("share_of_parent(a)", nodes.ShareOfParent(A)),
        ("children_sum(a)", nodes.Children(ChildrenFunction.SUM, A)),
        ("children_weighted_mean(a, b)", nodes.Children(ChildrenFunction.WEIGHTED_MEAN, A, B)),
        (
            'children_gini(a, weight=b, level="province", min_coverage=0.8)',
            nodes.Children(ChildrenFunction.GINI, A, B, "province", 0.8),
        ),
        ("children_count(a > 1)", nodes.Children(ChildrenFunction.COUNT, nodes.Compare(">", A, Number(1.0)))),
        ("rollup(a, level=province)", nodes.Rollup(A, "province")),
        ("rank(a)", nodes.Rank(A)),
        ("rank(a, ascending=true)", nodes.Rank(A, True)),
        ('sum_over(a[age="x"], "sex")', nodes.SumOver(SeriesRef("a", (("age", "x"),)), "sex")),
        ("crosswalk(a, th-nso)", nodes.Crosswalked(A, "th-nso")),
    ],
)
def test_functions(text: str, tree: nodes.Node) -> None:
    assert parse(text) == tree
    assert parse(unparse(tree)) == tree


def test_every_function_can_be_called() -> None:
    examples = {test.split("(")[0] for test in _called()}
    assert examples == set(FUNCTIONS)


def _called() -> list[str]:
    samples = {"whole number": "1", "share": "1", "period": "2020", "true or false": "true"}
    texts = []
    for function in FUNCTIONS.values():
        given_ = []
        for parameter in function.parameters:
            word = parameter.choices[0] if parameter.choices else "word"
            one = samples.get(parameter.takes.value, word if parameter.takes.value == "word" else "a")
            one = "a, b" if parameter.takes.value == "formulas" else one
            given_.append(f"{parameter.name}={one}" if parameter.named_only else one)
        texts.append(f"{function.name}({', '.join(given_)})")
        parse(texts[-1])
    return texts


@pytest.mark.parametrize(
    ("text", "code", "position", "message", "remedy"),
    [
        ("", "formula_syntax", 0, "the formula is empty", "write a formula such as growth(x)"),
        ("a +", "formula_syntax", 3, "the formula ends too early", "write the rest of it"),
        ("(a", "formula_syntax", 2, "the bracket ( at character 1 is not closed", "put a )"),
        ("a b", "formula_syntax", 2, "“b” is not expected here", "check the sign before it"),
        ("a = b", "formula_syntax", 2, "“=” is not expected here", "write == to compare"),
        ("a < b < c", "formula_syntax", 6, "two comparisons in a row", "write them apart: a < b and b < c"),
        ("a ** 2", "formula_syntax", 2, "“**” is not expected here", "there are no powers; use x * x or cagr(x, n)"),
        (
            "a ^ 2",
            "formula_syntax",
            2,
            "the character “^” cannot be read",
            "there are no powers; use x * x or cagr(x, n)",
        ),
        (
            "5%",
            "formula_syntax",
            1,
            "the character “%” cannot be read",
            'use convert(x, "percent") instead of the sign %',
        ),
        (
            'at(a, "2020)',
            "formula_syntax",
            6,
            "a quotation mark is opened and never closed",
            "close the quotation mark",
        ),
        ("1e999", "formula_syntax", 0, "the number is too large", "write a smaller number"),
        ("grwoth(a)", "unknown_function", 0, "there is no function “grwoth”", "near or existing functions: growth"),
        ("GROWTH(a)", "unknown_function", 0, "there is no function “GROWTH”", "near or existing functions: growth"),
        ("1 + lag(a)", "arguments", 4, "lag lacks n", "write it like lag(x, n)"),
        ("lag(a, -1)", "arguments", 7, "n of lag must be a whole number from 0 to 1200", "write it like lag(x, n)"),
        ("cagr(a, 0)", "arguments", 8, "n of cagr must be a whole number from 1 to 1200", "write it like cagr(x, n)"),
        ("coalesce(a)", "arguments", 9, "coalesce needs at least two values", "write it like coalesce(x, y)"),
        ("annual(a, max)", "arguments", 10, "how of annual must be one of sum, mean", "write it like annual(x, how)"),
        (
            "rollup(a + 1)",
            "arguments",
            7,
            "series of rollup must be the name of one series",
            "write it like rollup(series, [level=])",
        ),
        (
            "children_sum(a, weight=b)",
            "arguments",
            16,
            "children_sum does not take this argument",
            "write it like children_sum(x, [level=], [min_coverage=])",
        ),
        (
            "at(a, 2563)",
            "buddhist_year",
            6,
            "2563 is a Buddhist year; formulas are written in CE years",
            "write 2020 instead",
        ),
        (
            "at(a, FY๒๕๖๗)",
            "buddhist_year",
            6,
            "FY2567 is a Buddhist year; formulas are written in CE years",
            "write FY2024 instead",
        ),
        (
            'cumulative(a, since="2566-Q4")',
            "buddhist_year",
            20,
            "2566-Q4 is a Buddhist year; formulas are written in CE years",
            "write 2023-Q4 instead",
        ),
        ("at(a, 0999)", "period", 6, "0999 is outside the years in use", "write a CE year from 1000 on"),
        ("at(a, soon)", "period", 6, "“soon” is not a period", "write 2019, FY2024, 2019-Q4 or 2019-04 (CE years)"),
        ("a[sex=F, sex=M]", "formula_syntax", 9, "the dimension sex is filtered twice", "keep one of the two"),
        ("a[=F]", "formula_syntax", 2, "the name of a dimension is expected", 'write it like x[sex="F"]'),
        (
            "รายได้ + 1",
            "formula_syntax",
            0,
            "a name cannot begin with “ร”",
            "write the id of the series (Latin letters, digits, _ and .), not its title",
        ),
        (
            "1 + and",
            "formula_syntax",
            4,
            "“and” is not expected here",
            "“and” is reserved; a series of this id is written `and`",
        ),
    ],
)
def test_faults_name_place_and_remedy(text: str, code: str, position: int, message: str, remedy: str) -> None:
    error = fault(text)
    assert (error.code, error.position, error.message.en, error.remedy.en) == (code, position, message, remedy)
    assert error.source in (text, "")


def test_a_buddhist_year_is_refused_in_thai_too() -> None:
    error = fault("at(a, 2563)")
    assert error.words("th") == "at(a, 2563)\n      ^\n2563 เป็นปี พ.ศ. ในสูตรใช้ปี ค.ศ.\n→ เขียน 2020 แทน"


@pytest.mark.parametrize(
    "text", ["(" * 5000, "-" * 9000 + "a", "not " * 2400 + "a", "abs(" * 2000, "a[" * 3000, "+".join("a" * 4000)]
)
def test_depth_is_bounded(text: str) -> None:
    assert fault(text).code in ("formula_too_deep", "formula_syntax")


def test_the_deepest_formula_is_read() -> None:
    assert parse("-" * (MAX_DEPTH - 1) + "a")
    assert fault("-" * MAX_DEPTH + "a").code == "formula_too_deep"


def test_length_is_bounded() -> None:
    error = fault("a" * (MAX_LENGTH + 1))
    assert error.code == "formula_too_long"
    assert error.message.en == "the formula has 10,001 characters; at most 10,000 are read"


def test_places_point_into_the_text() -> None:
    parsed = parse_with_places("a + growth(b)")
    assert isinstance(parsed.root, nodes.Arithmetic)
    assert (parsed.place(parsed.root), parsed.place(parsed.root.right)) == (0, 4)
    assert parsed.place(SeriesRef("a")) is None


PIECES = [
    "a",
    "b.c",
    "1",
    "2563",
    "(",
    ")",
    "[",
    "]",
    ",",
    "=",
    "==",
    "<",
    "+",
    "-",
    "*",
    "/",
    "not ",
    " and ",
    '"Q4"',
    "'",
    '"',
    "`",
]
PIECES += [f"{name}(" for name in FUNCTIONS] + ["since=", "ปี", "๒๕", " ", "\n", "\x00", "≤", "“"]


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    node, error = _read(text)
    if node is not None:
        assert parse(unparse(node)) == node
    if error is not None:
        assert error.position is None or 0 <= error.position <= len(text)
        assert error.words("th")


def _read(text: str) -> tuple[nodes.Node | None, FormulaError | None]:
    try:
        return parse(text), None
    except FormulaError as error:
        return None, error
