"""What the log says of programmes and projects."""

from __future__ import annotations

from mudmai.core.language import Text

ACTIONS = {
    "programme.create": Text("ตั้งแผนงาน", "set up a programme"),
    "programme.change": Text("แก้ข้อมูลแผนงาน", "changed a programme"),
    "programme.release": Text("เปิดเผยแผนงาน", "released a programme"),
    "programme.conceal": Text("ปิดแผนงานจากสาธารณะ", "took a programme back from the public"),
    "programme.load": Text("นำเข้าแบบฟอร์มแผน", "loaded a plan workbook"),
    "programme.revise": Text("บันทึกการทบทวนแผน", "recorded a revision of the plan"),
    "programme.revise_by_book": Text("ทบทวนแผนด้วยสมุดงานฉบับใหม่", "revised a plan by a new workbook"),
    "project.alike": Text("ตัดสินว่าโครงการที่คล้ายกันเป็นโครงการเดียวกันหรือไม่", "decided whether alike projects are one"),
    "project.create": Text("เพิ่มโครงการ", "added a project"),
    "project.change": Text("แก้โครงการของแผนที่ยังไม่เปิดเผย", "changed a project of a draft programme"),
    "project.remove": Text("ยกเลิกโครงการจากแผน", "removed a project from the plan"),
    "project.restore": Text("นำโครงการกลับเข้าแผน", "put a project back into the plan"),
    "project.move": Text("ย้ายโครงการ", "moved a project"),
    "project.merge": Text("รวมโครงการ", "merged projects"),
    "project.duplicate": Text("ระบุว่าโครงการซ้ำ", "marked a project as a duplicate"),
    "project.places": Text("กำหนดพื้นที่โครงการ", "set the places of a project"),
    "project.sharing": Text("กำหนดการแบ่งงบตามพื้นที่", "set how a project is shared among areas"),
    "project.detail": Text("แก้รายละเอียดประกอบโครงการ", "changed details of a project"),
    "programme.suggest_links": Text("ให้ระบบเสนอความเชื่อมโยงกับแผน", "had links to a plan suggested"),
    "project.link": Text("ยืนยันความเชื่อมโยงกับแผน", "confirmed links to a plan"),
    "project.unlink": Text("ปัดความเชื่อมโยงกับแผน", "refused links to a plan"),
    "project.link_weights": Text("กำหนดสัดส่วนเงินตามข้อของแผน", "set the parts of money for clauses of a plan"),
    "programme.monitoring": Text("ตั้งรอบรายงานและเกณฑ์สถานะ", "set the cycle of reports and the lines of the status"),
    "report.save": Text("บันทึกรายงานความก้าวหน้า", "saved a report of progress"),
    "report.submit": Text("ส่งรายงานความก้าวหน้า", "submitted a report of progress"),
    "report.approve": Text("รับรองรายงานความก้าวหน้า", "approved a report of progress"),
    "report.return": Text("ส่งรายงานความก้าวหน้ากลับให้แก้ไข", "returned a report of progress"),
    "report.attach": Text("แนบหลักฐานรายงาน", "attached evidence to a report"),
    "report.detach": Text("ถอดหลักฐานรายงาน", "took evidence off a report"),
    "report.remind": Text("เตือนรายงานความก้าวหน้าที่ต้องส่ง", "reminded of reports of progress"),
    "period.lock": Text("ล็อกงวดรายงาน", "locked a period of reporting"),
    "period.reopen": Text("เปิดงวดรายงานที่ล็อก", "reopened a period of reporting"),
    "obstacle.raise": Text("แจ้งปัญหาอุปสรรค", "raised an obstacle"),
    "obstacle.resolve": Text("บันทึกว่าแก้ปัญหาแล้ว", "recorded that an obstacle is gone"),
    "milestone.meet": Text("บันทึกผลตามหมุดหมาย", "recorded a milestone"),
}
