"""What is said about composite indices: names of choices, faults of a declaration, why there is no score."""

from __future__ import annotations

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
