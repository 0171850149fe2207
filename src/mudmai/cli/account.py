"""``mudmai account``: the first administrator, invitations, who holds roles."""

from __future__ import annotations

import sys
from typing import Any

import click

from mudmai.cli.account_tokens import token
from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, SpokenGroup, language_of, option, say
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text


@click.group("account", cls=SpokenGroup, text=Text("บัญชีและคำเชิญ", "Accounts and invitations."))
def account() -> None:
    """See ``text`` above."""


@account.command(
    "create-admin",
    cls=SpokenCommand,
    text=Text(
        "ตั้งผู้ดูแลสิทธิ์สูงสุดคนแรก (หรือเพิ่มอีกคน) ถามรหัสผ่านที่หน้าจอ หรือใช้ --invite เพื่อพิมพ์ลิงก์เชิญที่ใช้ได้ครั้งเดียว\n\n"
        "ครั้งแรกจะสร้างหน่วยงานบนสุดให้ด้วย",
        "Make the first administrator of everything (or one more). Asks for a password at the terminal; with --invite "
        "it prints a link that works once instead.\n\nThe first time, the organisation at the top is made too.",
    ),
    examples=[
        ("mudmai account create-admin somsri@example.go.th", Text("ถามชื่อและรหัสผ่าน", "asks for name and password")),
        (
            "mudmai account create-admin somsri@example.go.th --invite --site https://scores.example.go.th",
            Text("พิมพ์ลิงก์เชิญ", "prints a link"),
        ),
    ],
)
@click.argument("email")
@option("--name", text=Text("ชื่อที่แสดง", "the name that others see"))
@option(
    "--invite", is_flag=True, text=Text("พิมพ์ลิงก์เชิญแทนการถามรหัสผ่าน", "print a link instead of asking for a password")
)
@option(
    "--site",
    default="http://localhost:8000",
    show_default=True,
    text=Text("ที่อยู่ของระบบ สำหรับลิงก์", "address of the site, for the link"),
)
@option(
    "--organisation-th",
    default="ผู้ดูแลระบบ",
    text=Text("ชื่อไทยของหน่วยงานบนสุด", "Thai name of the organisation at the top"),
)
@option("--organisation-en", default="Operator", text=Text("ชื่ออังกฤษของหน่วยงานบนสุด", "its English name"))
def create_admin(
    *, email: str, name: str | None, invite: bool, site: str, organisation_th: str, organisation_en: str
) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.registry.domain.people import checked_email, person_of_email

    address = checked_email(email)
    if invite:
        _invite(address, site, organisation_th, organisation_en)
        return
    known = person_of_email(address)
    display_name = known.display_name if known else name or click.prompt(say(Text("ชื่อที่แสดง", "Display name")))
    password = None if known else _ask_password()
    from mudmai.apps.registry.interfaces.first_administrator import create_with_password

    create_with_password(address, display_name, password, organisation_th, organisation_en)
    click.echo(say(Text(f"{address} เป็นผู้ดูแลสิทธิ์สูงสุดแล้ว", f"{address} is now administrator of everything")))


def _ask_password() -> str:
    prompt = say(Text("รหัสผ่าน (อย่างน้อย 10 ตัวอักษร)", "Password (at least 10 characters)"))
    again = say(Text("อีกครั้ง", "Once more"))
    if not sys.stdin.isatty():
        raise InputError(
            Text("ถามรหัสผ่านไม่ได้เพราะไม่มีหน้าจอ", "no terminal to ask for a password at"),
            remedy=Text("ใช้ --invite แล้วเปิดลิงก์ที่พิมพ์", "use --invite and open the link it prints"),
            code="no_terminal",
        )
    asked: str = click.prompt(prompt, hide_input=True, confirmation_prompt=again)
    return asked


def _invite(email: str, site: str, top_th: str, top_en: str) -> None:
    from mudmai.apps.registry.domain.invitations import invite_person, top_organisation
    from mudmai.apps.registry.models import Role
    from mudmai.apps.registry.policy import OPERATOR

    top = top_organisation(top_th, top_en)
    invited = invite_person(acting_user=OPERATOR, email=email, organisation=top, role=Role.ADMINISTRATOR)
    prefix = "" if language_of() == "th" else "/en"
    click.echo(f"{site.rstrip('/')}{prefix}/account/invitations/{invited.token}/")


@account.command(
    "list",
    cls=SpokenCommand,
    text=Text("รายชื่อผู้มีสิทธิ์ ทุกหน่วยงาน", "Who holds roles, in all organisations."),
    examples=[("mudmai account list --format csv -o roles.csv", Text("เป็นไฟล์ CSV", "as a CSV file"))],
)
@printing
def list_(*, printer: Printer) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.registry.models import Membership

    rows = Membership.objects.filter(ended_at__isnull=True).select_related("person__details", "organisation")
    columns = [
        Column("organisation", Text("หน่วยงาน", "organisation")),
        Column("email", Text("อีเมล", "email")),
        Column("name", Text("ชื่อ", "name")),
        Column("role", Text("บทบาท", "role")),
        Column("area_system", Text("ระบบพื้นที่", "area system")),
        Column("area", Text("พื้นที่", "area")),
        Column("active", Text("เปิดใช้", "active")),
        Column("person", Text("รหัสแทนชื่อ", "pseudonym"), in_table=False),
    ]
    printer.show(Sheet("roles", columns, [_row(m) for m in rows]))


def _row(membership: Any) -> dict[str, Any]:
    person = membership.person
    return {
        "organisation": membership.organisation.code,
        "email": person.email,
        "name": person.display_name,
        "role": membership.role,
        "area_system": membership.area_system,
        "area": membership.area_code,
        "active": person.is_active,
        "person": person.pseudonym,
    }


@account.command(
    "erase",
    cls=SpokenCommand,
    text=Text(
        "ลบข้อมูลส่วนบุคคลของบัญชีหนึ่งตามคำขอ สิทธิ์สิ้นสุด บันทึกเดิมเหลือเพียงรหัสแทนชื่อ ย้อนกลับไม่ได้",
        "Erase the personal data of one account on request. Its roles end; the log keeps the pseudonym alone. It "
        "cannot be undone.",
    ),
    examples=[
        (
            "mudmai account erase somsri@example.go.th --reason 'หนังสือที่ 12/2567'",
            Text("พร้อมเลขที่คำขอ", "with the number of the request"),
        )
    ],
)
@click.argument("email")
@option("--reason", required=True, text=Text("เหตุผลหรือเลขที่คำขอ", "reason or number of the request"))
@option("--yes", is_flag=True, text=Text("ไม่ถามยืนยัน", "do not ask again"))
def erase(*, email: str, reason: str, yes: bool) -> None:
    """See ``text`` above."""
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.registry.domain.people import person_of_email
    from mudmai.apps.registry.domain.personal_data import erase_personal_data
    from mudmai.apps.registry.policy import OPERATOR

    person = person_of_email(email)
    if person is None:
        raise UnknownNameError(Text("บัญชี", "account"), email)
    if not yes:
        click.confirm(say(Text(f"ลบข้อมูลของ {email} ถาวร?", f"Erase the data of {email} for good?")), abort=True)
    erase_personal_data(acting_user=OPERATOR, person=person, reason=reason)
    click.echo(say(Text(f"ลบแล้ว เหลือรหัสแทนชื่อ {person.pseudonym}", f"erased; the pseudonym {person.pseudonym} stays")))


account.add_command(token)
