"""How fetching fails: every fault says what was found, what was expected and what to do, and whether to try again."""

from __future__ import annotations

from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text

ASK_SOURCE = Text(
    "เปิดที่อยู่นี้ในเบราว์เซอร์ ถ้าผิดให้แก้การเชื่อมต่อ ถ้าถูกให้ถามเจ้าของแหล่งข้อมูล",
    "open the address in a browser; correct the connection if it is wrong, else ask the owner of the source",
)
WAIT = Text(
    "ระบบจะลองใหม่เอง ถ้าเป็นต่อเนื่องให้ถามเจ้าของแหล่งข้อมูล",
    "it is tried again by itself; if it goes on, ask the owner of the source",
)
CORRECT = Text("แก้ค่าของการเชื่อมต่อนี้", "correct the settings of this connection")


class ConnectorFault(InputError):
    """A fetch that brought nothing. ``retry_after`` is what the source asked for, in seconds."""

    default_code = "connection_answer"

    def __init__(self, code: str, th: str, en: str, remedy: Text, *, retry_after: float | None = None) -> None:
        super().__init__(Text(th, en), remedy=remedy, code=code)
        self.retry_after = retry_after


def setting_fault(field: str, th: str, en: str) -> InputError:
    """A setting of a connection that cannot be used."""
    return InputError(Text(th, en), remedy=CORRECT, code="connection_setting", where=Where(field=field))


def blocked(th: str, en: str) -> ConnectorFault:
    """An address that this site may not reach."""
    remedy = Text(
        "ใช้ที่อยู่สาธารณะ หรือให้ผู้ดูแลเครื่องอนุญาตเครือข่ายนี้ด้วย MUDMAI_CONNECT_NETWORKS",
        "use a public address, or have the operator allow the network by MUDMAI_CONNECT_NETWORKS",
    )
    return ConnectorFault("connection_blocked", th, en, remedy)
