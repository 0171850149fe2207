"""What the log says of each action. A later app adds its own words when it starts."""

from __future__ import annotations

from collections.abc import Mapping

from mudmai.core.language import Text

_WORDS: dict[str, Text] = {
    "organisation.create": Text("เพิ่มหน่วยงาน", "added an organisation"),
    "organisation.rename": Text("แก้ชื่อหน่วยงาน", "renamed an organisation"),
    "person.create": Text("เปิดบัญชี", "opened an account"),
    "person.change": Text("แก้ข้อมูลบัญชี", "changed an account"),
    "person.invite": Text("เชิญบุคคล", "invited a person"),
    "person.export": Text("ส่งออกข้อมูลส่วนบุคคล", "exported personal data"),
    "person.erase": Text("ลบข้อมูลส่วนบุคคล", "erased personal data"),
    "person.deactivate": Text("ปิดบัญชี", "closed an account"),
    "person.reactivate": Text("เปิดบัญชีอีกครั้ง", "reopened an account"),
    "invitation.accept": Text("รับคำเชิญ", "accepted an invitation"),
    "invitation.withdraw": Text("ถอนคำเชิญ", "withdrew an invitation"),
    "role.grant": Text("ให้สิทธิ์", "granted a role"),
    "role.revoke": Text("ถอนสิทธิ์", "revoked a role"),
    "session.start": Text("เข้าสู่ระบบ", "signed in"),
    "session.end": Text("ออกจากระบบ", "signed out"),
    "session.refused": Text("เข้าสู่ระบบไม่สำเร็จ", "was refused a sign-in"),
    "password.change": Text("เปลี่ยนรหัสผ่าน", "changed the password"),
    "password.set": Text("ตั้งรหัสผ่าน", "set a password"),
    "password.reset": Text("ตั้งรหัสผ่านใหม่ทางอีเมล", "reset the password by mail"),
    "factor.add": Text("เพิ่มการยืนยันสองชั้น", "added a second factor"),
    "factor.remove": Text("ลบการยืนยันสองชั้น", "removed a second factor"),
    "factor.renew": Text("สร้างรหัสสำรองใหม่", "made new recovery codes"),
    "factor.refused": Text("ยืนยันขั้นที่สองไม่สำเร็จ", "failed the second step"),
    "outside_login.connect": Text("เชื่อมบัญชีภายนอก", "connected an outside account"),
}


def add_words(words: Mapping[str, Text]) -> None:
    """Words for the actions of another app; a code that is taken is a mistake of ours."""
    taken = set(words) & set(_WORDS)
    if taken:
        raise RuntimeError(f"actions with words already: {sorted(taken)}")
    _WORDS.update(words)


def action_words(code: str) -> Text:
    """An action in words; its code where nobody has given it any."""
    return _WORDS.get(code, Text(code, code))


def known_actions() -> tuple[str, ...]:
    """Every action that has words."""
    return tuple(sorted(_WORDS))
