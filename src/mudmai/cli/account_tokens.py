"""``mudmai account token``: tokens issued and revoked at the machine itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from mudmai.cli.home import home
from mudmai.cli.output import Column, Printer, Sheet, printing
from mudmai.cli.wording import SpokenCommand, SpokenGroup, option, say
from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text


@click.group("token", cls=SpokenGroup, text=Text("โทเคน API ของบัญชี", "API tokens of accounts."))
def token() -> None:
    """See ``text`` above."""


@token.command(
    "issue",
    cls=SpokenCommand,
    text=Text(
        "ออกโทเคน API ให้บัญชีหนึ่ง พิมพ์โทเคนครั้งเดียวที่หน้าจอ",
        "Issue an API token to an account; the token is printed this once.",
    ),
    examples=[
        (
            "mudmai account token issue somsri@example.go.th --name 'monthly upload' --days 30",
            Text("ใช้ได้ 30 วัน", "works for 30 days"),
        )
    ],
)
@click.argument("email")
@option("--name", required=True, text=Text("ชื่อโทเคน เช่น โปรแกรมที่ใช้", "name of the token: the program that uses it"))
@option("--days", type=int, default=90, show_default=True, text=Text("อายุเป็นวัน", "life in days"))
@option("--organisation", text=Text("รหัสหน่วยงานที่ใช้ได้ (ไม่ระบุ: ทั้งหมด)", "code of the only organisation it works in"))
@option("--read-only", is_flag=True, text=Text("อ่านอย่างเดียว", "it may only read"))
def issue(*, email: str, name: str, days: int, organisation: str | None, read_only: bool) -> None:
    """See ``text`` above."""
    person = _person(email)
    from mudmai.apps.registry.domain.organisations import organisation_named
    from mudmai.apps.registry.domain.tokens import issue_token
    from mudmai.apps.registry.policy import OPERATOR

    issued = issue_token(
        acting_user=OPERATOR,
        person=person,
        name=name,
        life=timedelta(days=days),
        organisation=organisation_named(organisation) if organisation else None,
        read_only=read_only,
    )
    click.echo(issued.secret)


@token.command(
    "list",
    cls=SpokenCommand,
    text=Text("โทเคนของบัญชีหนึ่ง", "The tokens of an account."),
    examples=[("mudmai account token list somsri@example.go.th", Text("ทั้งที่ใช้ได้และสิ้นสุดแล้ว", "working and ended"))],
)
@click.argument("email")
@printing
def list_(*, email: str, printer: Printer) -> None:
    """See ``text`` above."""
    person = _person(email)
    from mudmai.apps.registry.models import ApiToken

    rows = ApiToken.objects.filter(person=person).select_related("organisation")
    columns = [
        Column("number", Text("เลขที่", "number")),
        Column("name", Text("ชื่อ", "name")),
        Column("begins", Text("ขึ้นต้นด้วย", "begins with")),
        Column("organisation", Text("หน่วยงาน", "organisation")),
        Column("read_only", Text("อ่านอย่างเดียว", "read only")),
        Column("until", Text("ใช้ได้ถึง", "until")),
        Column("used_on", Text("ใช้ล่าสุด", "last used")),
        Column("revoked", Text("เพิกถอน", "revoked")),
    ]
    printer.show(Sheet("tokens", columns, [_row(one) for one in rows]))


def _row(one: Any) -> dict[str, Any]:
    return {
        "number": one.pk,
        "name": one.name,
        "begins": one.prefix,
        "organisation": one.organisation.code if one.organisation else "",
        "read_only": one.read_only,
        "until": one.expires_at.date().isoformat(),
        "used_on": one.last_used_on.isoformat() if one.last_used_on else "",
        "revoked": one.revoked_at is not None,
    }


@token.command(
    "revoke",
    cls=SpokenCommand,
    text=Text("เพิกถอนโทเคนหนึ่งของบัญชี", "Revoke one token of an account."),
    examples=[
        ("mudmai account token revoke somsri@example.go.th 3", Text("เลขที่จาก token list", "the number from token list"))
    ],
)
@click.argument("email")
@click.argument("number", type=int)
@option("--reason", default="", text=Text("เหตุผล", "reason"))
def revoke(*, email: str, number: int, reason: str) -> None:
    """See ``text`` above."""
    person = _person(email)
    from mudmai.apps.registry.domain.tokens import revoke_token, token_numbered
    from mudmai.apps.registry.policy import OPERATOR

    row = revoke_token(acting_user=OPERATOR, token=token_numbered(person, number), reason=reason)
    click.echo(say(Text(f"เพิกถอน {row.prefix}… แล้ว", f"{row.prefix}… is revoked")))


def _person(email: str) -> Any:
    from mudmai.site.starting import start_django  # Django: only for this command

    start_django(home())
    from mudmai.apps.registry.domain.people import person_of_email

    person = person_of_email(email)
    if person is None:
        raise UnknownNameError(Text("บัญชี", "account"), email)
    return person
