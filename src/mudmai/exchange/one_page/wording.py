"""Words of the pages."""

from __future__ import annotations

from mudmai.core.language import Text

STAGES = {
    "planned": Text("ตามแผน", "Planned"),
    "ordinance": Text("ข้อบัญญัติ/เทศบัญญัติ", "In the budget ordinance"),
    "allocated": Text("จัดสรร", "Allocated"),
    "committed": Text("ก่อหนี้ผูกพัน", "Committed"),
    "disbursed": Text("เบิกจ่ายแล้ว", "Disbursed"),
}

UNBROKEN = (
    "สิ่งแวดล้อม", "อัจฉริยะ", "ขนส่ง", "พลังงาน", "ภาครัฐ", "เรือนกระจก", "ตัวชี้วัด", "ภัยพิบัติ", "ยั่งยืน",
    "น่าอยู่", "ส่วนร่วม", "เทียบเคียง", "คุณภาพชีวิต", "อารยสถาปัตย์", "ความเหลื่อมล้ำ", "สมเหตุสมผล", "ปลอดภัย",
)  # fmt: skip
"""Thai words that the typesetter would end a line inside of."""

WORDS = {
    "project": Text("โครงการ", "Project"),
    "area": Text("พื้นที่", "Area"),
    "funded": Text("ได้งบประมาณหรือไม่ ใช้ไปเท่าไร", "Was it funded, and how much was spent?"),
    "where": Text("อยู่ที่ไหน", "Where?"),
    "when": Text("เมื่อไร", "When?"),
    "status": Text("เป็นไปตามแผนหรือไม่", "Is it on time?"),
    "who": Text("ใครตัดสินใจ", "Who decides?"),
    "change": Text("เปลี่ยนแปลงอะไรได้บ้าง", "What did it change?"),
    "sources": Text("แหล่งข้อมูล", "Sources"),
    "indicator": Text("ตัวชี้วัด", "Indicator"),
    "value": Text("ค่า", "Value"),
    "verdict": Text("ผล", "Verdict"),
    "state": Text("สถานะ", "Status"),
    "baseline": Text("ก่อนโครงการ", "Before"),
    "target": Text("เป้าหมาย", "Target"),
    "actual": Text("ผลที่เกิดขึ้น", "Result"),
    "amount": Text("งบประมาณตามแผน (บาท)", "Planned (baht)"),
    "money": Text("โครงการและงบประมาณ", "Projects and money"),
    "indicators": Text("พื้นที่นี้เป็นอย่างไร", "How is this area doing?"),
    "objective": Text("วัตถุประสงค์", "Objective"),
    "physical": Text("งานแล้วเสร็จร้อยละ {percent}", "{percent}% of the work is done"),
    "baht": Text("บาท", "baht"),
    "of_plan": Text("ร้อยละ {percent} ของแผน", "{percent}% of the plan"),
    "not_reported": Text("ยังไม่มีรายงาน", "not reported"),
    "not_known": Text("ไม่มีข้อมูล", "not known"),
    "not_measured": Text("ยังไม่มีผลที่วัดได้", "nothing is measured yet"),
    "no_money": Text("ยังไม่มีข้อมูลงบประมาณ", "no figures of money yet"),
    "no_indicators": Text("ยังไม่มีตัวชี้วัดของพื้นที่นี้", "no indicator of this area yet"),
    "no_projects": Text("ไม่มีโครงการในทะเบียน", "no project in the register"),
    "more": Text("และอีก {count} รายการ", "and {count} more"),
    "count": Text("{count} โครงการ", "{count} projects"),
    "direct": Text("โครงการเฉพาะพื้นที่นี้", "Projects of this area alone"),
    "shared": Text("ส่วนแบ่งจากโครงการหลายพื้นที่", "Its share of projects of several areas"),
    "whole": Text("โครงการทั้งพื้นที่ระดับบน (ไม่รวมในยอด)", "For the whole area above (not in the sum)"),
    "sum": Text("รวม", "Sum"),
    "programme": Text("แผน", "Programme"),
    "number": Text("ลำดับที่", "No."),
    "to": Text("ถึง", "to"),
    "scan": Text("ดูข้อมูลล่าสุด", "Latest figures"),
    "printed": Text("พิมพ์เมื่อ {day}", "Printed on {day}"),
    "as_of": Text("ข้อมูล ณ {day}", "Figures as of {day}"),
    "release": Text("ข้อมูลฉบับ {release}", "Release {release}"),
}
