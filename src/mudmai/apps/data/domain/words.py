"""What the log says of submissions."""

from __future__ import annotations

from mudmai.core.language import Text

ACTIONS = {
    "submission.start": Text("เริ่มรายการส่งข้อมูล", "started a submission"),
    "submission.recipe": Text("กำหนดวิธีอ่านไฟล์", "set how a file is read"),
    "submission.areas": Text("เลือกพื้นที่ที่จะอ่านจากไฟล์", "chose which areas of a file are read"),
    "submission.file": Text("เปลี่ยนไฟล์ของรายการส่ง", "replaced the file of a submission"),
    "submission.read": Text("อ่านและตรวจไฟล์", "read and checked a file"),
    "submission.discard": Text("ทิ้งร่างรายการส่ง", "discarded a draft"),
    "submission.submit": Text("ส่งข้อมูลให้ตรวจทาน", "submitted data for review"),
    "submission.approve": Text("ตรวจทานผ่าน", "approved a submission"),
    "submission.return": Text("ส่งกลับให้แก้ไข", "returned a submission"),
    "submission.publish": Text("สั่งเผยแพร่ข้อมูล", "ordered a release"),
    "submission.refused": Text("คลังข้อมูลไม่รับ กลับมารอเผยแพร่", "was refused by the store; it waits for release again"),
    "submission.released": Text("เผยแพร่ข้อมูลแล้ว", "released data"),
    "submission.withdraw": Text("สั่งถอนข้อมูล", "ordered a withdrawal"),
    "submission.withdrawn": Text("ถอนข้อมูลแล้ว", "withdrew data"),
    "submission.supersede": Text("มีรุ่นใหม่แทน", "superseded by a newer release"),
    "submission.served_again": Text("กลับมาใช้อยู่หลังรุ่นใหม่ถูกถอน", "is served again since the newer release was withdrawn"),
    "exception.accept": Text("ยอมรับข้อยกเว้นของผลตรวจ", "accepted findings of checks as exceptions"),
    "exception.revoke": Text("ยกเลิกข้อยกเว้นของผลตรวจ", "revoked an exception from a check"),
    "dataset.assign": Text("มอบหมายชุดข้อมูลให้หน่วยงาน", "assigned a dataset to an organisation"),
    "dataset.end": Text("สิ้นสุดการดูแลชุดข้อมูล", "ended who holds a dataset"),
    "dataset.choose_official": Text("เลือกผู้เผยแพร่ทางการ", "chose whose figures are official"),
}
