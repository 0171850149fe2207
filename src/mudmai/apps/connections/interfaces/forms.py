"""The form of a connection: what every kind asks for, and the fields of its own kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms

from mudmai.apps.connections.models import Connection, Every
from mudmai.exchange.connectors import KIND_TITLES


@dataclass(frozen=True, slots=True)
class SourceField:
    """A field of one kind of source; ``conn.<name>`` and ``conn.<name>_help`` are its wordings."""

    name: str
    required: bool = False
    type: str = "text"
    help: bool = False


FIELDS: Mapping[str, Sequence[SourceField]] = {
    "url": (SourceField("url", True, "url", True),),
    "ckan": (
        SourceField("portal", True, "url", True),
        SourceField("resource", help=True),
        SourceField("package", help=True),
        SourceField("name_in", help=True),
    ),
    "sdmx": (
        SourceField("root", True, "url", True),
        SourceField("flow", True, help=True),
        SourceField("agency"),
        SourceField("version"),
        SourceField("key", help=True),
        SourceField("start", help=True),
        SourceField("end"),
    ),
    "folder": (SourceField("folder", True, help=True), SourceField("pattern", help=True)),
}
"""``name_in`` is the setting ``name`` of a CKAN resource; a connection has a name of its own."""


class ConnectionForm(forms.Form):
    """Typed settings of one kind; what they may be is decided where they are read."""

    name = forms.CharField(max_length=120)
    every = forms.TypedChoiceField(choices=Every.choices, coerce=int, initial=str(Every.DAY.value))
    mode = forms.ChoiceField(choices=[("update", "update"), ("replace", "replace")], initial="update")
    auto_submit = forms.BooleanField(required=False)

    def __init__(self, kind: str, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.kind = kind
        for one in FIELDS[kind]:
            self.fields[one.name] = forms.CharField(required=one.required, max_length=2000)
        if kind == "ckan":
            self.fields["rows"] = forms.BooleanField(required=False)
        if kind == "sdmx":
            forms_known = [(form, form) for form in ("any", "xml", "csv", "json")]
            self.fields["form"] = forms.ChoiceField(choices=forms_known, required=False)
        if kind != "folder":
            self.fields["key_header"] = forms.CharField(required=False, max_length=60)
            self.fields["secret"] = forms.CharField(required=False, max_length=4000)
            self.fields["no_secret"] = forms.BooleanField(required=False)

    @property
    def source_fields(self) -> list[tuple[forms.BoundField, SourceField]]:
        """The fields of this kind, in order."""
        return [(self[one.name], one) for one in FIELDS[self.kind]]

    def settings(self) -> dict[str, Any]:
        """The settings of the source."""
        names = [one.name for one in FIELDS[self.kind]] + [
            n for n in ("rows", "form", "key_header") if n in self.fields
        ]
        return {"name" if n == "name_in" else n: self.cleaned_data[n] for n in names}

    def secret(self) -> str | None:
        """A new secret; empty to forget the kept one; None to keep it."""
        if self.cleaned_data.get("no_secret"):
            return ""
        return cast(str, self.cleaned_data.get("secret", "")) or None


class NewConnectionForm(ConnectionForm):
    """With the dataset and the organisation in whose name it comes in."""

    organisation = forms.CharField(max_length=40)
    dataset = forms.CharField(max_length=120)


def initial_of(connection: Connection) -> dict[str, Any]:
    """What the form shows of a connection; never its secret."""
    told = dict(connection.settings)
    if connection.kind == "ckan":
        told["name_in"] = told.pop("name", "")
    own = {name: getattr(connection, name) for name in ("name", "every", "mode", "auto_submit")}
    return {**told, **own, "every": str(connection.every)}


def known_kind(kind: str) -> bool:
    """True for a kind of source that there is."""
    return kind in KIND_TITLES
