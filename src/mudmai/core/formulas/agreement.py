"""What may meet in a formula: units, area systems and frequencies, and the words of each refusal."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from mudmai.core.errors import AreaSystemError, FormulaError, UnitError, Where
from mudmai.core.formulas.nodes import Node, NodeType
from mudmai.core.formulas.parse import Parsed
from mudmai.core.formulas.unparse import unparse
from mudmai.core.language import Text
from mudmai.core.periods import Frequency
from mudmai.core.series import Catalogue
from mudmai.core.units import BUILT_IN, NUMBER, Unit

FREQUENCY_WORDS = {
    Frequency.ANNUAL: Text("รายปี", "annual"),
    Frequency.FISCAL: Text("รายปีงบประมาณ", "by fiscal year"),
    Frequency.QUARTERLY: Text("รายไตรมาส", "quarterly"),
    Frequency.MONTHLY: Text("รายเดือน", "monthly"),
}


@dataclass(frozen=True)
class Spot:
    """Where in which text a fault is; ``definition`` names the named formula when the fault is inside one."""

    parsed: Parsed
    node: Node
    definition: str | None = None

    def error(self, kind: type[FormulaError], message: Text, remedy: Text, code: str | None = None) -> FormulaError:
        """An error of ``kind`` that points here."""
        where = Where(field=self.definition) if self.definition else None
        position = self.parsed.place(self.node)
        return kind(message, remedy=remedy, code=code, position=position, source=self.parsed.text, where=where)


def quote(node: Node) -> str:
    """A part of a formula inside a sentence, shortened."""
    text = unparse(node)
    return f"“{text if len(text) <= 60 else text[:57] + '...'}”"


def say_unit(unit: Unit) -> Text:
    """``million baht (million_baht)``: the label and the code."""
    return Text(_labelled(unit.label.th, unit.code), _labelled(unit.label.en, unit.code))


def _labelled(label: str, code: str) -> str:
    return f"{label} ({code})" if label and label != code else code


def product(catalogue: Catalogue, left: Unit, right: Unit, op: str) -> Unit:
    """The unit of ``left op right``; a pure number leaves the other unit as it is."""
    if right.dimension.is_one and right.scale == 1:
        return left
    if op == "*" and left.dimension.is_one and left.scale == 1:
        return right
    derived = left * right if op == "*" else left / right
    if derived.code in BUILT_IN:
        return derived
    twins = [u for u in catalogue.units.values() if u.same_measure(derived)]
    if len(twins) == 1:
        return twins[0]
    if derived.dimension.is_one and derived.scale == 1:
        return NUMBER
    sign = "·" if op == "*" else "/"
    label = Text(
        *(f"{getattr(left.label, g) or left.code}{sign}{getattr(right.label, g) or right.code}" for g in ("th", "en"))
    )
    return Unit(derived.code, derived.dimension, derived.scale, label)


def unit_clash(
    spot: Spot, catalogue: Catalogue, left: Node, left_unit: Unit, right: Node, right_unit: Unit, doing: Text
) -> FormulaError:
    """Two measures that must not be ``doing`` (added, compared ...) together."""
    l_words, r_words = say_unit(left_unit), say_unit(right_unit)
    if left_unit.dimension == right_unit.dimension:
        one, to = (right, left_unit) if left_unit.code in {**catalogue.units, **BUILT_IN} else (left, right_unit)
        way = f'convert({unparse(one)}, "{to.code}")'
        remedy = Text(f"แปลงหน่วยให้เท่ากันก่อน เช่น {way}", f"bring both to one unit first: {way}")
    else:
        remedy = Text(
            "ใช้ปริมาณที่วัดสิ่งเดียวกัน หรือคูณ/หารให้ได้หน่วยเดียวกันก่อน",
            "use two quantities of one measure, or multiply or divide to reach one first",
        )
    return spot.error(
        UnitError,
        Text(
            f"{quote(left)} มีหน่วยเป็น {l_words.th} แต่ {quote(right)} มีหน่วยเป็น {r_words.th} จึงนำมา{doing.th}กันไม่ได้",
            f"{quote(left)} is in {l_words.en} and {quote(right)} in {r_words.en}; they cannot be {doing.en}",
        ),
        remedy,
    )


def demanded_unit_clash(spot: Spot, found: Unit, wanted: Unit) -> FormulaError:
    """The whole formula has another unit than was asked for."""
    f_words, w_words = say_unit(found), say_unit(wanted)
    if found.dimension == wanted.dimension:
        remedy = Text(
            f'ครอบสูตรด้วย convert(..., "{wanted.code}") และเอาตัวคูณแปลงหน่วย (เช่น 100 *) ออก',
            f'wrap it in convert(..., "{wanted.code}") and drop factors that change the unit (such as 100 *)',
        )
    else:
        remedy = Text("แก้สูตรหรือแก้หน่วยที่ประกาศไว้", "mend the formula or the unit that is declared for it")
    return spot.error(
        UnitError,
        Text(
            f"สูตรให้ผลเป็น {f_words.th} แต่ต้องการ {w_words.th}",
            f"the formula gives {f_words.en}, but {w_words.en} is asked for",
        ),
        remedy,
    )


def system_clash(spot: Spot, catalogue: Catalogue, left: Node, one: str, right: Node, other: str) -> FormulaError:
    """Two area systems meet; the remedy names the crosswalk when one is declared."""
    ways = []
    if (other, one) in catalogue.crosswalks:
        ways.append(f'crosswalk({unparse(right)}, "{one}")')
    if (one, other) in catalogue.crosswalks:
        ways.append(f'crosswalk({unparse(left)}, "{other}")')
    remedy = Text(
        "ใช้อนุกรมในระบบพื้นที่เดียวกัน เพราะยังไม่มีตารางเทียบพื้นที่ระหว่างสองระบบนี้",
        "use series of one area system; no crosswalk between these two is declared",
    )
    if ways:
        remedy = Text(
            f"นำข้างหนึ่งข้ามระบบด้วย {ways[0]} หากตรงกับความหมายที่ต้องการ",
            f"carry one side over where that is what you mean: {ways[0]}",
        )
    return spot.error(
        AreaSystemError,
        Text(
            f"{quote(left)} วัดในระบบพื้นที่ {one} แต่ {quote(right)} วัดในระบบ {other} ชื่อพื้นที่อาจเหมือนกันแต่ขอบเขตต่างกัน",
            f"{quote(left)} is measured in the area system {one} and {quote(right)} in {other};"
            " names may agree while the areas differ",
        ),
        remedy,
    )


def frequency_clash(spot: Spot, left: Node, one: Frequency, right: Node, other: Frequency) -> FormulaError:
    """Two frequencies meet."""
    finer = right if other.per_year > one.per_year else left
    pair = {one, other}
    if Frequency.FISCAL in pair:
        remedy = Text(
            "ปีงบประมาณกับปีปฏิทินเป็นคนละช่วงเวลา ใช้อนุกรมที่เป็นปีแบบเดียวกัน",
            "a fiscal year and a calendar period are different spans; use series of one kind of year",
        )
    elif pair == {Frequency.QUARTERLY, Frequency.MONTHLY}:
        remedy = Text(
            'ทำทั้งสองข้างเป็นรายปีด้วย annual(x, "sum") หรือ annual(x, "mean")',
            'bring both to years with annual(x, "sum") or annual(x, "mean")',
        )
    else:
        part = "Q4" if Frequency.QUARTERLY in pair else "M12"
        text = unparse(finer)
        ways = f'annual({text}, "sum"), annual({text}, "mean"), pick({text}, "{part}")'
        remedy = Text(f"ทำให้เป็นรายปีก่อน: {ways}", f"make it annual first: {ways}")
    return spot.error(
        FormulaError,
        Text(
            f"{quote(left)} เป็นข้อมูล{FREQUENCY_WORDS[one].th} แต่ {quote(right)} เป็นข้อมูล{FREQUENCY_WORDS[other].th}",
            f"{quote(left)} is {FREQUENCY_WORDS[one].en} and {quote(right)} is {FREQUENCY_WORDS[other].en}",
        ),
        remedy,
        "frequency_clash",
    )


def boolean_clash(spot: Spot, node: Node, wants_boolean: bool) -> FormulaError:
    """A condition where a number is needed, or the other way round."""
    if wants_boolean:
        return spot.error(
            FormulaError,
            Text(
                f"{quote(node)} เป็นตัวเลข แต่ตรงนี้ต้องเป็นเงื่อนไข", f"{quote(node)} is a number where a condition is needed"
            ),
            Text("เขียนเป็นการเปรียบเทียบ เช่น x > 0", "compare it with something, such as x > 0"),
            "wrong_type",
        )
    return spot.error(
        FormulaError,
        Text(f"{quote(node)} เป็นเงื่อนไข แต่ตรงนี้ต้องเป็นตัวเลข", f"{quote(node)} is a condition where a number is needed"),
        Text("แปลงเป็นตัวเลขด้วย if(เงื่อนไข, 1, 0)", "make a number of it: if(condition, 1, 0)"),
        "wrong_type",
    )


def not_pure(spot: Spot, node: Node, unit: Unit) -> FormulaError:
    """A logarithm of something that has a unit."""
    words = say_unit(unit)
    return spot.error(
        UnitError,
        Text(
            f"{quote(node)} มีหน่วยเป็น {words.th} แต่ ln ใช้กับสัดส่วนที่ไม่มีหน่วยเท่านั้น",
            f"{quote(node)} is in {words.en}; ln takes a pure number only",
        ),
        Text(
            'หารด้วยปริมาณหน่วยเดียวกันก่อน เช่น ln(x / lag(x, 1)) หรือ convert(x, "ratio") ถ้าเป็นร้อยละ',
            'divide by a quantity of the same unit, such as ln(x / lag(x, 1)), or convert(x, "ratio") from per cent',
        ),
    )


def needs_series(spot: Spot, node: Node, function: str) -> FormulaError:
    """A function of time or areas over bare numbers."""
    return spot.error(
        FormulaError,
        Text(
            f"{function} ต้องใช้กับข้อมูล แต่ {quote(node)} มีแต่ตัวเลข",
            f"{function} needs data, but {quote(node)} is numbers alone",
        ),
        Text("ใส่ชื่ออนุกรม", "put the name of a series in it"),
        "needs_series",
    )


def not_additive(spot: Spot, node: Node, function: str) -> FormulaError:
    """A sum over areas of something that must not be summed."""
    return spot.error(
        FormulaError,
        Text(
            f"{function} บวกค่าข้ามพื้นที่ แต่ {quote(node)} บวกข้ามพื้นที่ไม่ได้ (อัตรา ค่าเฉลี่ย หรืออนุกรมที่กติกาการรวมไม่ใช่ sum)",
            f"{function} adds over areas, but {quote(node)} must not be added"
            " (a rate, a mean, or a series whose aggregation rule is not sum)",
        ),
        Text(
            "ใช้ children_weighted_mean(x, น้ำหนัก), rollup(อนุกรม) หรือรวมตัวตั้งกับตัวหารก่อนแล้วจึงหาร",
            "use children_weighted_mean(x, weight), rollup(series), or sum numerator and denominator before dividing",
        ),
        "not_additive",
    )


def unknown(spot: Spot, kind: Text, name: str, known: list[str], code: str, hint: str = "") -> FormulaError:
    """A name that nothing answers to, with near ones."""
    near = get_close_matches(name, known, n=4, cutoff=0.5) or sorted(known)[:8]
    listed = hint or ", ".join(near) or "–"
    return spot.error(
        FormulaError,
        Text(f"ไม่รู้จัก{kind.th} “{name}”", f"unknown {kind.en} “{name}”"),
        Text(f"ชื่อที่ใกล้เคียงหรือมีอยู่: {listed}", f"near or existing names: {listed}"),
        code,
    )


def joined(spot: Spot, catalogue: Catalogue, sides: list[tuple[Node, NodeType]]) -> NodeType:
    """Area system, frequency and breaks that all ``sides`` share; numbers alone fit everywhere (unit: to be set)."""
    system: tuple[Node, str] | None = None
    frequency: tuple[Node, Frequency] | None = None
    for node, kind in sides:
        if kind.area_system is not None:
            if system is not None and system[1] != kind.area_system:
                raise system_clash(spot, catalogue, *system, node, kind.area_system)
            system = system or (node, kind.area_system)
        if kind.frequency is not None:
            if frequency is not None and frequency[1] != kind.frequency:
                raise frequency_clash(spot, *frequency, node, kind.frequency)
            frequency = frequency or (node, kind.frequency)
    return NodeType(
        unit=NUMBER,
        area_system=system[1] if system else None,
        frequency=frequency[1] if frequency else None,
        breaks=frozenset().union(*(kind.breaks for _, kind in sides)),
        literal=all(kind.literal for _, kind in sides),
    )
