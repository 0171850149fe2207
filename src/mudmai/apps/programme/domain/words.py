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
    "project.create": Text("เพิ่มโครงการ", "added a project"),
    "project.move": Text("ย้ายโครงการ", "moved a project"),
    "project.merge": Text("รวมโครงการ", "merged projects"),
    "project.duplicate": Text("ระบุว่าโครงการซ้ำ", "marked a project as a duplicate"),
    "project.places": Text("กำหนดพื้นที่โครงการ", "set the places of a project"),
    "project.sharing": Text("กำหนดการแบ่งงบตามพื้นที่", "set how a project is shared among areas"),
    "project.detail": Text("แก้รายละเอียดประกอบโครงการ", "changed details of a project"),
}
