"""What the log says of the calendar."""

from __future__ import annotations

from mudmai.core.language import Text

ACTIONS = {
    "obligation.set": Text("กำหนดปฏิทินส่งข้อมูล", "set the calendar of a dataset"),
    "obligation.end": Text("ยกเลิกกำหนดส่งข้อมูล", "ended the calendar of a dataset"),
    "obligation.waive": Text("ยกเว้นงวดที่ต้องส่ง", "waived a period"),
    "obligation.remind": Text("ส่งอีเมลเตือน", "sent reminders"),
}
