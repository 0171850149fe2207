"""The files of an overlay: definitions by kind, written as the YAML files of a pack and read back.

The text is the same for the same definitions: items in the order of their ids, keys in the order of the schema, no
comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mudmai.core.errors import UnknownNameError
from mudmai.core.language import Text

if TYPE_CHECKING:
    from mudmai.exchange.packs.schema import Part

KINDS: Mapping[str, Text] = {
    "series": Text("อนุกรม", "series"),
    "formulas": Text("สูตรที่มีชื่อ", "named formula"),
    "readings": Text("วิธีอ่านตัวชี้วัด", "reading of an indicator"),
    "datasets": Text("ชุดข้อมูล", "dataset"),
    "units": Text("หน่วย", "unit"),
    "sources": Text("แหล่งข้อมูล", "source"),
    "methods": Text("วิธีวัด", "method"),
}
"""What an overlay may hold."""

FILES: Mapping[str, str] = {
    "series": "series.yaml",
    "formulas": "derived.yaml",
    "readings": "readings.yaml",
    "datasets": "datasets.yaml",
    "units": "units.yaml",
    "sources": "sources.yaml",
    "methods": "methods.yaml",
}

Content = Mapping[str, Any]
"""One definition as its part of the YAML file."""
Key = tuple[str, str]
"""Kind and name."""


@dataclass(frozen=True)
class Definitions:
    """All definitions of an overlay; ``organisations`` are the publishers of its datasets, ``replaces`` the ids of
    required packs that it means to replace."""

    items: Mapping[Key, Content] = field(default_factory=dict)
    organisations: Mapping[str, Content] = field(default_factory=dict)
    replaces: frozenset[str] = frozenset()

    def of_kind(self, kind: str) -> dict[str, Content]:
        """The definitions of one kind by name."""
        return {name: told for (one, name), told in self.items.items() if one == kind}


def checked_kind(kind: str) -> str:
    """``kind``, when an overlay may hold it."""
    if kind not in KINDS:
        raise UnknownNameError(Text("ชนิดนิยาม", "kind of definition"), kind, list(KINDS))
    return kind


def name_of(kind: str, content: Content) -> str:
    """What a definition is called: its id; a reading's is unique only in its indicator."""
    if kind == "readings":
        return f"{content.get('plan', '')}:{content.get('indicator', '')}:{content.get('id', '')}"
    return str(content.get("id", ""))


def write_definitions(folder: Path, told: Definitions, *, pack: str, version: str, requires: list[str]) -> None:
    """Write the pack into ``folder``, which is empty."""
    import yaml  # only where definitions are written

    from mudmai.exchange.packs.schema import PackFile
    from mudmai.exchange.packs.yaml_lines import reads_as_text

    class Quoting(yaml.SafeDumper):
        """The library quotes what *it* would take for a number; our reader takes more (``0E0``)."""

    def words(dumper: Any, text: str) -> Any:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if reads_as_text(text) else "'")

    Quoting.add_representer(str, words)

    def write(name: str, data: Mapping[str, Any]) -> None:
        text = yaml.dump(dict(data), Dumper=Quoting, allow_unicode=True, sort_keys=False, width=110)
        (folder / name).write_text(text, encoding="utf-8")

    head = {
        "pack": pack,
        "kind": "overlay",
        "version": version,
        "title": {"th": "นิยามของหน่วยงานนี้", "en": "Definitions of this installation"},
        "requires": requires,
        "replaces": sorted(told.replaces),
    }
    write("pack.yaml", in_schema_order(head, PackFile))
    for kind, file in FILES.items():
        items = told.of_kind(kind)
        if not items:
            continue
        listed = [in_schema_order(items[name], _parts()[kind]) for name in sorted(items)]
        if kind == "datasets":
            used = {str(one.get("publisher")) for one in listed}
            publishers = [dict(told.organisations[name]) for name in sorted(used & told.organisations.keys())]
            write(file, {"organisations": publishers, kind: listed})
        else:
            write(file, {kind: listed})


def read_definitions(folder: Path) -> Definitions:
    """What :func:`write_definitions` wrote. Raises :class:`PackError` for YAML that cannot be read."""
    from mudmai.exchange.packs.yaml_lines import read_yaml

    items: dict[Key, Content] = {}
    organisations: dict[str, Content] = {}
    for kind, file in FILES.items():
        if not (folder / file).is_file():
            continue
        data = read_yaml(folder / file, file).data
        for one in data.get(kind) or ():
            items[kind, name_of(kind, one)] = one
        organisations |= {one["id"]: one for one in data.get("organisations") or ()}
    head = read_yaml(folder / "pack.yaml", "pack.yaml").data
    return Definitions(items, organisations, frozenset(head.get("replaces") or ()))


def in_schema_order(content: Content, model: type[Part]) -> dict[str, Any]:
    """``content`` without empty values, keys in the order of the schema, unknown ones last (the check tells them)."""
    keys = [key for key in model.model_fields if key in content] + [k for k in content if k not in model.model_fields]
    return {key: content[key] for key in keys if content[key] not in (None, "", [], {})}


def _parts() -> Mapping[str, type[Part]]:
    from mudmai.exchange.packs import schema

    return {
        "series": schema.SeriesPart,
        "formulas": schema.DerivedPart,
        "readings": schema.AddedReadingPart,
        "datasets": schema.DatasetPart,
        "units": schema.UnitPart,
        "sources": schema.SourcePart,
        "methods": schema.MethodPart,
    }
