"""What is said about composite indices: names of choices, faults of a declaration, why there is no score."""

from __future__ import annotations

from collections.abc import Sequence

from mudmai.core.language import Text

CHOICES: dict[str, dict[str, Text]] = {
    "Normalisation": {
        "minmax": Text("ต่ำสุด-สูงสุดของพื้นที่ที่เทียบ", "min-max of the areas compared"),
        "zscore": Text("คะแนนมาตรฐาน (z)", "z-scores"),
        "goalposts": Text("หลักหมุด", "goalposts"),
        "rank": Text("อันดับ", "ranks"),
        "target": Text("ระยะห่างจากเป้าหมาย", "distance to the target"),
    },
    "Aggregation": {
        "arithmetic": Text("ค่าเฉลี่ยเลขคณิต", "arithmetic mean"),
        "geometric": Text("ค่าเฉลี่ยเรขาคณิต", "geometric mean"),
        "harmonic": Text("ค่าเฉลี่ยฮาร์มอนิก", "harmonic mean"),
        "copeland": Text("การเทียบทีละคู่แบบ Copeland", "Copeland's comparison in pairs"),
    },
    "Weighting": {
        "equal": Text("น้ำหนักเท่ากัน", "equal weights"),
        "given": Text("น้ำหนักที่กำหนดไว้", "given weights"),
        "budget": Text("ผู้เชี่ยวชาญแบ่งคะแนน", "points shared out by experts"),
        "pca": Text("องค์ประกอบหลัก (PCA)", "principal components (PCA)"),
        "entropy": Text("เอนโทรปี", "entropy"),
        "ahp": Text("เปรียบเทียบเป็นคู่ (AHP)", "pairwise comparison (AHP)"),
    },
    "MissingRule": {
        "none": Text("ไม่มีคะแนนหากข้อมูลไม่ครบ", "no score where a figure is missing"),
        "reweight": Text("เฉลี่ยจากข้อมูลที่มี", "the mean over what is there"),
        "group_mean": Text("ใส่ค่าเฉลี่ยของกลุ่มพื้นที่แทน", "the mean of the area's group is put in"),
        "median": Text("ใส่ค่ามัธยฐานแทน", "the median is put in"),
    },
    "WeightNoise": {
        "none": Text("น้ำหนักคงที่", "weights as they are"),
        "uniform": Text("แต่ละน้ำหนักขยับได้ไม่เกินสัดส่วนที่กำหนด", "each weight moves by at most a share of itself"),
        "dirichlet": Text("น้ำหนักสุ่มจากการแจกแจงดีรีเคล", "weights drawn from a Dirichlet distribution"),
    },
}

# faults of a declaration
TWICE = Text("รหัส “{id}” ใช้ซ้ำ", "the id “{id}” is used twice")
NAME_ONCE = Text("ให้ตัวชี้วัดและกลุ่มแต่ละรายการมีรหัสของตนเอง", "give every indicator and group an id of its own")
EMPTY_GROUP = Text("กลุ่ม “{id}” ไม่มีตัวชี้วัด", "the group “{id}” has no indicators")
FILL_GROUP = Text("ใส่ตัวชี้วัดหรือลบกลุ่มนี้ออก", "put indicators into it or leave it out")
NO_AGGREGATION = Text("ไม่ได้บอกวิธีรวมคะแนนของทั้งดัชนี", "the aggregation of the whole index is not said")
GIVE_AGGREGATION = Text(
    "เลือก arithmetic, geometric, harmonic หรือ copeland", "choose arithmetic, geometric, harmonic or copeland"
)
BAD_COVERAGE = Text("เกณฑ์ความครบถ้วนเป็น {found}", "the coverage floor is {found}")
GIVE_COVERAGE = Text("ให้ตัวเลขตั้งแต่ 0 ถึง 1", "give a number from 0 to 1")
BAD_FLOOR = Text("ค่าปกติต่ำสุดเป็น {found}", "the smallest normalised value is {found}")
GIVE_FLOOR = Text(
    "กำหนดค่าปกติต่ำสุด (floor) ระหว่าง 0 กับ 1 เช่น 0.01 หรือใช้ค่าเฉลี่ยเลขคณิต",
    "give a floor between 0 and 1, such as 0.01, or use the arithmetic mean",
)
BAD_SCALE = Text("มาตราคะแนนเป็น {found}", "the scale is {found}")
GIVE_SCALE = Text("เลือก 1 หรือ 100", "choose 1 or 100")
BAD_SPREAD = Text("ขนาดการขยับน้ำหนักเป็น {found}", "the spread of weights is {found}")
GIVE_SPREAD = Text("ให้ตัวเลขตั้งแต่ 0 แต่ต่ำกว่า 1", "give a number from 0 to below 1")
NONE_AS_ALTERNATIVE = Text(
    "กติกา “ไม่มีคะแนนหากข้อมูลไม่ครบ” เป็นทางเลือกในการวิเคราะห์ความไม่แน่นอนไม่ได้ เพราะจะตัดพื้นที่ออกแทนที่จะจัดอันดับใหม่",
    "the rule “no score where a figure is missing” is no alternative: it takes areas out instead of ranking them",
)
GIVE_MISSING = Text("เลือก reweight, group_mean หรือ median", "choose reweight, group_mean or median")
BAD_DIRECTION = Text("ทิศทางของ “{id}” เป็น {found}", "the direction of “{id}” is {found}")
GIVE_DIRECTION = Text("ใช้ 1 เมื่อมากดีกว่า และ -1 เมื่อน้อยดีกว่า", "use 1 where more is better, -1 where less is")
BAD_GOALPOSTS = Text(
    "หลักหมุดของ “{id}” คือ {low} ถึง {high} ซึ่งไม่ใช่ช่วง", "the goalposts of “{id}”, {low} to {high}, are no range"
)
ORDER_GOALPOSTS = Text(
    "ให้ค่าต่ำก่อนค่าสูงและไม่เท่ากัน ทิศทางบอกไว้ต่างหาก", "give the lower one first, not equal; the direction is said apart"
)
LOG_GOALPOSTS = Text(
    "หลักหมุดล่างของ “{id}” คือ {low} จึงหาลอการิทึมไม่ได้", "the lower goalpost of “{id}”, {low}, has no logarithm"
)
NO_LOG = Text("ให้ค่าที่มากกว่า 0 หรือไม่ใช้ลอการิทึม", "give a value above 0, or no logarithm")
BAD_TARGET = Text("เป้าหมายของ “{id}” คือ {found} ซึ่งใช้ไม่ได้", "the target of “{id}”, {found}, cannot be used")
NO_GOALPOSTS = Text("ตัวชี้วัด “{id}” ไม่มีหลักหมุด", "the indicator “{id}” has no goalposts")
GIVE_GOALPOSTS = Text("ให้หลักหมุดหรือเลือกวิธีปรับค่าอื่น", "give goalposts or choose another normalisation")
NO_TARGET = Text("ตัวชี้วัด “{id}” ไม่มีเป้าหมาย", "the indicator “{id}” has no target")
GIVE_TARGET = Text("ให้เป้าหมายหรือเลือกวิธีปรับค่าอื่น", "give a target or choose another normalisation")
NEEDS_FLOOR = Text(
    "วิธี{normalisation}ให้ค่าศูนย์หรือติดลบ ซึ่งใช้กับ{aggregation}ไม่ได้",
    "{normalisation} give zero or negative values, which have no {aggregation}",
)
WEIGHT_MISSING = Text("กลุ่ม “{group}” มีรายการที่ไม่มีน้ำหนัก: {ids}", "in the group “{group}” these have no weight: {ids}")
WEIGHT_NEGATIVE = Text(
    "กลุ่ม “{group}” มีน้ำหนักติดลบหรือไม่ใช่ตัวเลข", "the group “{group}” has a weight that is negative or no number"
)
WEIGHT_SUM = Text(
    "น้ำหนักในกลุ่ม “{group}” รวมได้ {found} แทนที่จะเป็น 1", "weights in the group “{group}” add up to {found}, not 1"
)
GIVE_WEIGHTS = Text("แก้น้ำหนักของทุกรายการในกลุ่มให้รวมเป็น 1", "make the weights of all items of the group add up to 1")
NO_BUDGET = Text("ไม่มีการแบ่งคะแนนของกลุ่ม “{group}”", "nobody shared out points in the group “{group}”")
BAD_BUDGET = Text(
    "การแบ่งคะแนนคนที่ {number} ในกลุ่ม “{group}” ไม่ครบหรือมีค่าติดลบ ต้องมี: {ids}",
    "the points of expert {number} in the group “{group}” are not complete or negative; needed are: {ids}",
)
GIVE_BUDGET = Text(
    "ให้คะแนนของผู้เชี่ยวชาญแต่ละคนแก่ทุกรายการในกลุ่ม", "give the points of each expert for every item of the group"
)
PAIRWISE_SHAPE = Text(
    "ตารางเปรียบเทียบของกลุ่ม “{group}” ต้องมี {size} แถว {size} คอลัมน์",
    "the comparison matrix of the group “{group}” needs {size} rows and {size} columns",
)
PAIRWISE_POSITIVE = Text(
    "ตารางเปรียบเทียบของกลุ่ม “{group}” มีค่าที่ไม่มากกว่า 0",
    "the comparison matrix of the group “{group}” has cells that are not above 0",
)
PAIRWISE_RECIPROCAL = Text(
    "ตารางเปรียบเทียบของกลุ่ม “{group}” ช่อง ({i}, {j}) คือ {a} แต่ช่องกลับคือ {b}",
    "in the comparison matrix of the group “{group}” cell ({i}, {j}) is {a}, and its opposite {b}",
)
GIVE_PAIRWISE = Text(
    "ให้ค่าของช่องกลับเป็นส่วนกลับของช่อง เช่น 3 กับ 1/3 และเส้นทแยงมุมเป็น 1",
    "make opposite cells reciprocal, such as 3 and 1/3, and the diagonal 1",
)

# faults of figures
VALUES_SHAPE = Text(
    "ตารางค่ามีขนาด {found} แต่ดัชนีมีตัวชี้วัด {needed} ตัว", "the table of figures is {found}, the index has {needed} indicators"
)
GIVE_VALUES = Text(
    "ให้หนึ่งแถวต่อพื้นที่ หนึ่งคอลัมน์ต่อตัวชี้วัดตามลำดับในดัชนี ค่าที่ไม่มีให้เป็น NaN",
    "give a row per area and a column per indicator in the order of the index; NaN where there is none",
)
NOT_FINITE = Text("ค่าของ “{id}” มีค่าอนันต์", "figures of “{id}” are infinite")
NO_DENOMINATOR = Text("ไม่ได้ให้ตัวหารของ “{id}” ให้ครบทุกพื้นที่", "the denominator of “{id}” is not given for every area")
GROUPS_SHAPE = Text("กลุ่มของพื้นที่ต้องมีหนึ่งค่าต่อพื้นที่", "groups of areas need one label per area")
ALL_MISSING = Text(
    "ตัวชี้วัด “{id}” ไม่มีค่าในพื้นที่ใดเลยสำหรับช่วงเวลาที่คำนวณ",
    "the indicator “{id}” has no figure in any area for the period that is asked for",
)
DROP_INDICATOR = Text(
    "เลือกช่วงเวลาที่มีข้อมูล นำเข้าข้อมูล หรือตัดตัวชี้วัดนี้ออกจากดัชนี",
    "choose a period with data, load its data, or leave it out of the index",
)
CONSTANT = Text(
    "ตัวชี้วัด “{id}” มีค่าเดียวกันทุกพื้นที่ ({value}) จึงใช้{normalisation}ไม่ได้",
    "the indicator “{id}” is the same everywhere ({value}), so that it has no {normalisation}",
)
DROP_CONSTANT = Text("ตัดตัวชี้วัดนี้ออกหรือใช้หลักหมุด", "leave it out, or use goalposts")
NO_LOGARITHM = Text(
    "ตัวชี้วัด “{id}” มีค่าไม่เกินศูนย์ {count} พื้นที่ จึงหาลอการิทึมไม่ได้",
    "the indicator “{id}” is not above zero in {count} areas: no logarithm",
)
NOT_POSITIVE = Text(
    "“{id}” มีค่าปกติไม่เกินศูนย์ {count} พื้นที่ ซึ่งใช้กับ{aggregation}ไม่ได้",
    "“{id}” is not above zero in {count} areas once normalised, and has no {aggregation}",
)
NOTHING_TO_WEIGH = Text(
    "ข้อมูลในกลุ่ม “{group}” ไม่พอหาน้ำหนัก: {why}", "figures of the group “{group}” give no weights: {why}"
)
WHY_NO_WEIGHTS = {
    "entropy weights need figures that are not negative": Text(
        "มีค่าติดลบ", "entropy weights need figures that are not negative"
    ),
    "entropy weights need at least two figures of each item, not all zero": Text(
        "แต่ละรายการต้องมีอย่างน้อยสองค่าที่ไม่เป็นศูนย์ทั้งหมด", "each item needs at least two figures, not all zero"
    ),
    "all items are the same everywhere": Text("ทุกรายการเท่ากันทุกพื้นที่", "all items are the same everywhere"),
    "principal components need at least three areas with all figures": Text(
        "ต้องมีพื้นที่ที่ข้อมูลครบอย่างน้อยสามแห่ง", "at least three areas need all figures"
    ),
    "principal components need items that differ between areas": Text(
        "มีรายการที่เท่ากันทุกพื้นที่", "an item is the same everywhere"
    ),
    "the loadings of the first principal component add up to nothing": Text(
        "น้ำหนักขององค์ประกอบหลักรวมกันได้ศูนย์", "the loadings of the first component add up to nothing"
    ),
}
OTHER_WEIGHTING = Text("เลือกวิธีให้น้ำหนักอื่น เช่น น้ำหนักเท่ากัน", "choose another weighting, such as equal weights")

TOO_MANY_PAIRS = Text(
    "การเทียบทีละคู่แบบ Copeland ในการวิเคราะห์ความไม่แน่นอนใช้ได้ไม่เกิน {most} พื้นที่ (มี {found})",
    "Copeland's comparison in pairs is drawn for at most {most} areas ({found} were given)",
)
FEWER_PAIRS = Text("เลือกวิธีรวมอื่นหรือพื้นที่ให้น้อยลง", "choose another aggregation, or fewer areas")
BAD_DRAWS = Text("จำนวนครั้งที่สุ่มหรือระดับความเชื่อมั่นใช้ไม่ได้", "the number of draws or the level cannot be used")
GIVE_DRAWS = Text(
    "สุ่ม 20 ถึง {most} ครั้ง ระดับความเชื่อมั่นระหว่าง 0 กับ 1", "give 20 to {most} draws and a level between 0 and 1"
)
NO_ALTERNATIVES = Text(
    "ดัชนี “{id}” ไม่มีทางเลือกให้วิเคราะห์ หรือจำนวนจุดน้อยกว่า 16",
    "the index “{id}” declares no alternatives, or fewer than 16 points were asked",
)
GIVE_ALTERNATIVES = Text(
    "ประกาศทางเลือกของวิธีปรับค่า วิธีรวม หรือน้ำหนักใน uncertainty",
    "declare other normalisations, aggregations or noisy weights",
)
GROUP = Text("กลุ่มของดัชนี", "group of the index")
GIVEN_WEIGHTS = Text(
    "น้ำหนักที่ให้ของกลุ่ม “{group}” ต้องมี {count} ค่า ไม่ติดลบ และรวมกันมากกว่าศูนย์",
    "the weights given for the group “{group}” must be {count} numbers that are not negative and not all zero",
)

# what is worth knowing of a result
NEGATIVE_WEIGHT = Text(
    "น้ำหนักจากองค์ประกอบหลักของกลุ่ม “{group}” ติดลบ: {ids} ค่าที่ดีขึ้นจึงทำให้คะแนนลดลง",
    "weights by principal components of the group “{group}” are negative for {ids}: a better figure lowers the score",
)
INCONSISTENT = Text(
    "การเปรียบเทียบของกลุ่ม “{group}” ไม่สอดคล้องกัน (อัตราส่วนความสอดคล้อง {ratio} เกิน 0.1)",
    "comparisons of the group “{group}” contradict each other (consistency ratio {ratio}, above 0.1)",
)
WINSORISED = Text("“{id}”: ดึงค่าสุดโต่ง {count} พื้นที่เข้ามา", "“{id}”: extreme figures of {count} areas were pulled in")
LOGGED = Text("“{id}”: ใช้ลอการิทึมเพราะค่าเบ้มาก", "“{id}”: its logarithm is used, as it is very skewed")
STILL_SKEWED = Text("“{id}” ยังเบ้มากแม้ปรับแล้ว", "“{id}” is still very skewed after treatment")
IMPUTED = Text("ใส่ค่าแทนที่ขาด {count} ค่า", "{count} missing figures were put in")

# why an area has no score
NO_FIGURES = Text("ไม่มีข้อมูลของตัวชี้วัดใดเลย", "no figure for any indicator")
_LACKING = Text("ไม่มีข้อมูลของ {names}", "no figure for {names}")
_AND_MORE = Text("{names} และอีก {count} ตัวชี้วัด", "{names} and {count} more")
BELOW_FLOOR = Text(
    "มีข้อมูล {present} จาก {needed} ตัวชี้วัด ต่ำกว่าเกณฑ์ร้อยละ {floor}", "{present} of {needed} figures, less than {floor}%"
)
NO_WEIGHT = Text("มีแต่ตัวชี้วัดที่น้ำหนักเป็นศูนย์", "only indicators of weight zero have figures")


def lacking(titles: Sequence[Text], most: int = 5) -> Text:
    """Which figures an area lacks, the first ``most`` by name."""
    names = Text(", ".join(one.th for one in titles[:most]), ", ".join(one.en for one in titles[:most]))
    if len(titles) > most:
        names = _AND_MORE.format(names=names, count=len(titles) - most)
    return _LACKING.format(names=names)
