"""What the log says of each action. A later app adds its own words when it starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from mudmai.apps.registry.models import Role
from mudmai.apps.registry.models.organisation import KIND_TITLES
from mudmai.core.language import MISSING_TEXT, Text, same

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
    "email.ask": Text("ขอเปลี่ยนอีเมล", "asked to change the address"),
    "email.change": Text("เปลี่ยนอีเมล", "changed the address"),
    "token.issue": Text("ออกโทเคน API", "issued an API token"),
    "token.revoke": Text("เพิกถอนโทเคน API", "revoked an API token"),
    "outside_login.connect": Text("เชื่อมบัญชีภายนอก", "connected an outside account"),
}


_KEYS: dict[str, Text] = {
    "role": Text("บทบาท", "role"),
    "organisation": Text("หน่วยงาน", "organisation"),
    "area": Text("พื้นที่", "area"),
    "area_system": Text("ระบบพื้นที่", "area system"),
    "expires_at": Text("ใช้ได้ถึง", "until"),
    "name_th": Text("ชื่อไทย", "Thai name"),
    "name_en": Text("ชื่ออังกฤษ", "English name"),
    "kind": Text("ประเภท", "kind"),
    "parent": Text("สังกัด", "belongs to"),
    "language": Text("ภาษา", "language"),
    "display_name": Text("ชื่อที่แสดง", "display name"),
    "active": Text("เปิดใช้", "active"),
    "type": Text("ชนิด", "type"),
    "person": Text("บุคคล", "person"),
    "first": Text("ครั้งแรก", "first"),
    "email_addresses": Text("อีเมล", "addresses"),
    "authenticators": Text("กุญแจยืนยันตัวตน", "second factors"),
    "outside_accounts": Text("บัญชีภายนอก", "outside accounts"),
    "invitations": Text("คำเชิญ", "invitations"),
    "email": Text("อีเมล", "address"),
    "tokens": Text("โทเคน API", "API tokens"),
    "read_only": Text("อ่านอย่างเดียว", "read only"),
    "details": Text("ชื่อและอีเมล", "name and address"),
}
_VALUES: dict[tuple[str, object], Text] = {
    **{("role", role.value): role.title for role in Role},
    **{("kind", kind): title for kind, title in KIND_TITLES.items()},
    ("language", "th"): Text("ไทย", "Thai"),
    ("language", "en"): Text("อังกฤษ", "English"),
    ("type", "totp"): Text("แอปยืนยันตัวตน", "authenticator app"),
    ("type", "webauthn"): Text("พาสคีย์", "passkey"),
    ("type", "recovery_codes"): Text("รหัสสำรอง", "recovery codes"),
}


def change_words(old: dict[str, Any] | None, new: dict[str, Any] | None) -> Text:
    """``role: reader → reviewer``: each fact once, with both sides where both are known.

    >>> change_words({"role": "reader"}, {"role": "reviewer"}).en
    'role: reader → reviewer'
    """
    before, after = old or {}, new or {}
    th, en = [], []
    for key in dict.fromkeys([*before, *after]):
        name = _KEYS.get(key, same(key))
        sides = [_value(key, side[key]) for side in (before, after) if key in side]
        if len(sides) == 2 and sides[0] == sides[1]:
            sides = sides[:1]
        th.append(f"{name.th}: {' → '.join(s.th for s in sides)}")
        en.append(f"{name.en}: {' → '.join(s.en for s in sides)}")
    return Text("; ".join(th), "; ".join(en))


def _value(key: str, value: Any) -> Text:
    if isinstance(value, bool):
        return Text("ใช่", "yes") if value else Text("ไม่", "no")
    if value is None:
        return same(MISSING_TEXT)
    if key.endswith("_at"):
        return same(timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M"))
    found = _VALUES.get((key, value)) if isinstance(value, (str, int)) else None
    return found or same(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


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
