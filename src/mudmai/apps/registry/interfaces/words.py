"""What forms, notices and mails say, in both languages; the pages' own wordings are in ``web/texts``."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from mudmai.core.language import Text

ERRORS: Mapping[str, Text] = {
    "required": Text("ต้องกรอกช่องนี้", "This is needed."),
    "invalid": Text("รูปแบบไม่ถูกต้อง", "This is not in the right form."),
    "invalid_choice": Text("เลือกจากรายการ", "Choose from the list."),
    "max_length": Text("ยาวเกินไป", "This is too long."),
    "min_length": Text("สั้นเกินไป", "This is too short."),
    "password_too_short": Text("รหัสผ่านต้องยาวอย่างน้อย 10 ตัวอักษร", "A password has at least 10 characters."),
    "password_too_common": Text("รหัสผ่านนี้เดาง่าย มีคนใช้มาก", "This password is well known and easily guessed."),
    "password_entirely_numeric": Text("รหัสผ่านต้องไม่เป็นตัวเลขล้วน", "A password must not be all digits."),
    "password_too_similar": Text("รหัสผ่านคล้ายชื่อหรืออีเมล", "The password is too much like the name or the address."),
    "password_mismatch": Text("รหัสผ่านสองช่องไม่เหมือนกัน", "The two passwords are not the same."),
    # the sign-in library's own
    "account_inactive": Text("บัญชีนี้ถูกปิด", "This account is closed."),
    "cannot_remove_primary_email": Text("ลบอีเมลหลักไม่ได้", "The main address cannot be removed."),
    "duplicate_email": Text("อีเมลนี้อยู่ในบัญชีแล้ว", "The account has this address already."),
    "email_password_mismatch": Text("อีเมลหรือรหัสผ่านไม่ถูกต้อง", "The address or the password is not right."),
    "phone_password_mismatch": Text("โทรศัพท์หรือรหัสผ่านไม่ถูกต้อง", "The number or the password is not right."),
    "username_password_mismatch": Text("ชื่อหรือรหัสผ่านไม่ถูกต้อง", "The name or the password is not right."),
    "email_taken": Text("อีเมลนี้มีบัญชีแล้ว", "There is already an account with this address."),
    "phone_taken": Text("โทรศัพท์นี้มีบัญชีแล้ว", "There is already an account with this number."),
    "username_taken": Text("ชื่อนี้มีผู้ใช้แล้ว", "This name is taken."),
    "username_blacklisted": Text("ใช้ชื่อนี้ไม่ได้", "This name cannot be used."),
    "enter_current_password": Text("ใส่รหัสผ่านปัจจุบัน", "Enter the present password."),
    "incorrect_code": Text("รหัสไม่ถูกต้อง", "The code is not right."),
    "incorrect_password": Text("รหัสผ่านไม่ถูกต้อง", "The password is not right."),
    "invalid_or_expired_key": Text("ลิงก์ใช้ไม่ได้หรือหมดอายุ", "The link does not work or has expired."),
    "invalid_login": Text("เข้าสู่ระบบไม่ได้", "Signing in did not work."),
    "invalid_password_reset": Text("ลิงก์ตั้งรหัสผ่านใช้ไม่ได้", "The link to set a password does not work."),
    "max_email_addresses": Text("มีอีเมลครบจำนวนแล้ว", "No further address can be added."),
    "too_many_login_attempts": Text(
        "ลองผิดหลายครั้งเกินไป รอสักครู่แล้วลองใหม่", "Too many failed attempts. Wait a little, then try again."
    ),
    "rate_limited": Text("ส่งคำขอถี่เกินไป รอสักครู่", "Too many requests. Wait a little."),
    "unknown_email": Text("ไม่มีบัญชีของอีเมลนี้", "No account has this address."),
    "unknown_phone": Text("ไม่มีบัญชีของโทรศัพท์นี้", "No account has this number."),
    "unverified_primary_email": Text("ต้องยืนยันอีเมลก่อน", "The main address must be confirmed first."),
    "select_only_one": Text("เลือกเพียงข้อเดียว", "Choose only one."),
    "same_as_current": Text("ค่าใหม่ต้องต่างจากเดิม", "The new value must differ from the present one."),
    "add_email_blocked": Text(
        "บัญชีที่ยืนยันสองชั้นเพิ่มอีเมลไม่ได้", "An account with a second factor cannot take another address."
    ),
    "cannot_delete_authenticator": Text("ปิดการยืนยันสองชั้นไม่ได้", "The second factor cannot be removed."),
    "cannot_generate_recovery_codes": Text(
        "ต้องเปิดการยืนยันสองชั้นก่อนจึงมีรหัสสำรอง", "Recovery codes need a second factor first."
    ),
    "unverified_email": Text("ต้องยืนยันอีเมลก่อนเปิดการยืนยันสองชั้น", "Confirm the address before adding a second factor."),
}
"""What an error of a form says, by its code."""

_BY_MESSAGE = {"You must type the same password each time.": "password_mismatch"}
"""Errors that the library gives without a code."""


def error_text(error: ValidationError) -> Text:
    """The words for one error: by its code, else as it stands."""
    message = str(error.message)
    code = getattr(error, "code", None) or _BY_MESSAGE.get(message, "")
    found = ERRORS.get(code)
    if found is not None:
        return found
    if error.params:
        message %= error.params
    return Text(message, message)


NOTICES: Mapping[str, Text] = {
    "logged_in": Text("เข้าสู่ระบบแล้ว", "Signed in."),
    "logged_out": Text("ออกจากระบบแล้ว", "Signed out."),
    "password_changed": Text("เปลี่ยนรหัสผ่านแล้ว", "The password was changed."),
    "password_set": Text("ตั้งรหัสผ่านแล้ว", "The password was set."),
    "totp_activated": Text("เปิดใช้แอปยืนยันตัวตนแล้ว", "The authenticator app is in use."),
    "totp_deactivated": Text("เลิกใช้แอปยืนยันตัวตนแล้ว", "The authenticator app is no longer in use."),
    "webauthn_added": Text("เพิ่มพาสคีย์แล้ว", "The passkey was added."),
    "webauthn_removed": Text("ลบพาสคีย์แล้ว", "The passkey was removed."),
    "recovery_codes_generated": Text(
        "สร้างรหัสสำรองชุดใหม่แล้ว ชุดเดิมใช้ไม่ได้", "New recovery codes were made; the old ones no longer work."
    ),
    "account_connected": Text("เชื่อมบัญชีภายนอกแล้ว", "The outside account was connected."),
    "account_connected_other": Text("บัญชีภายนอกนี้เชื่อมกับผู้อื่นแล้ว", "This outside account belongs to another account."),
    "account_connected_updated": Text("ปรับปรุงบัญชีภายนอกแล้ว", "The outside account was renewed."),
    "account_disconnected": Text("เลิกเชื่อมบัญชีภายนอกแล้ว", "The outside account was disconnected."),
}
"""Notices of the sign-in library that are shown; others are not."""

_NOT_YOU = Text(
    "ถ้าคุณไม่ได้ทำเอง เปลี่ยนรหัสผ่านทันทีและแจ้งผู้ดูแลสิทธิ์",
    "If this was not you, change the password at once and tell an administrator.",
)


def _notice(th: str, en: str) -> tuple[Text, Text]:
    return Text(th, en), Text(f"{th}\n\n{_NOT_YOU.th}", f"{en}.\n\n{_NOT_YOU.en}")


MAILS: Mapping[str, tuple[Text, Text]] = {
    "password_reset_key": (
        Text("ตั้งรหัสผ่านใหม่", "Set a new password"),
        Text(
            "มีผู้ขอตั้งรหัสผ่านใหม่ของบัญชีนี้ เปิดลิงก์นี้เพื่อตั้ง:\n\n{password_reset_url}\n\nถ้าไม่ได้ขอ ไม่ต้องทำอะไร",
            "Somebody asked to set a new password for this account. Open this link to do so:\n\n"
            "{password_reset_url}\n\n"
            "If it was not you, nothing needs to be done.",
        ),
    ),
    "email_confirmation": (
        Text("ยืนยันอีเมลใหม่", "Confirm your new address"),
        Text(
            "มีผู้ขอใช้ที่อยู่นี้เป็นอีเมลของบัญชี เปิดลิงก์นี้ภายในหนึ่งวันเพื่อยืนยัน:\n\n{url}\n\nถ้าไม่ได้ขอ ไม่ต้องทำอะไร",
            "Somebody asked to use this address for an account. Open this link within a day to confirm:\n\n{url}\n\n"
            "If it was not you, nothing needs to be done.",
        ),
    ),
    "email_changed": _notice("อีเมลของบัญชีถูกเปลี่ยน", "The address of your account was changed"),
    "password_changed": _notice("รหัสผ่านถูกเปลี่ยน", "The password was changed"),
    "password_reset": _notice("รหัสผ่านถูกตั้งใหม่", "The password was reset"),
    "password_set": _notice("ตั้งรหัสผ่านแล้ว", "A password was set"),
    "totp_activated": _notice("เปิดใช้แอปยืนยันตัวตน", "An authenticator app was added"),
    "totp_deactivated": _notice("เลิกใช้แอปยืนยันตัวตน", "The authenticator app was removed"),
    "webauthn_added": _notice("เพิ่มพาสคีย์", "A passkey was added"),
    "webauthn_removed": _notice("ลบพาสคีย์", "A passkey was removed"),
    "recovery_codes_generated": _notice("สร้างรหัสสำรองชุดใหม่", "New recovery codes were made"),
    "account_connected": _notice("เชื่อมบัญชีภายนอก", "An outside account was connected"),
    "account_disconnected": _notice("เลิกเชื่อมบัญชีภายนอก", "An outside account was disconnected"),
    "invitation": (
        Text("คำเชิญเข้าใช้หมุดหมาย", "An invitation to Mudmai"),
        Text(
            "คุณได้รับเชิญเป็น{role_th}ของ {organisation_th} ({area_th})\n\nเปิดลิงก์นี้ภายใน 7 วัน (ใช้ได้ครั้งเดียว):\n\n{url}",
            "You are invited as {role_en} of {organisation_en} ({area_en}).\n\n"
            "Open this link within 7 days (it works once):\n\n{url}",
        ),
    ),
}
"""Subject and body of every mail, by the last part of the library's template name."""
