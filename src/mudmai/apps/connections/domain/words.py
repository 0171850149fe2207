"""What the log says of connections."""

from __future__ import annotations

from mudmai.core.language import Text

ACTIONS = {
    "connection.create": Text("ตั้งการเชื่อมต่อแหล่งข้อมูล", "set up a connection to a source"),
    "connection.change": Text("แก้การเชื่อมต่อ", "changed a connection"),
    "connection.pause": Text("พักการเชื่อมต่อ", "paused a connection"),
    "connection.resume": Text("เปิดการเชื่อมต่ออีกครั้ง", "resumed a connection"),
    "connection.end": Text("เลิกใช้การเชื่อมต่อ", "ended a connection"),
    "connection.ask": Text("สั่งดึงข้อมูลเดี๋ยวนี้", "asked to fetch now"),
    "connection.fetch": Text("ดึงข้อมูลใหม่เข้ามา", "fetched new data"),
    "connection.fail": Text("ดึงข้อมูลไม่สำเร็จ", "failed to fetch"),
}
