"""A file of a pack that has its shape, together with where everything stands: the ground of all checks of meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

from mudmai.core.errors import MudmaiError
from mudmai.core.language import Text
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.schema import Part, Wording
from mudmai.exchange.packs.yaml_lines import LinedDocument, Path_, write_path

P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Placed(Generic[P]):
    """The model of one file, its lines, and the list that problems go to."""

    file: str
    part: P
    document: LinedDocument
    findings: Findings

    def tell(self, code: str, path: Path_, message: Text, remedy: Text) -> None:
        """Note a problem at ``path`` of this file."""
        line = self.document.line_of(path)
        self.findings.add(code, message, remedy, file=self.file, line=line, key=write_path(path))

    def tell_error(self, path: Path_, error: MudmaiError, prefix: str = "") -> None:
        """Note what another part of the house refused at ``path``."""
        line = self.document.line_of(path)
        self.findings.add_error(error, file=self.file, line=line, key=write_path(path), prefix=prefix)

    def known(self, kind: Text, name: str, names: Iterable[str], path: Path_) -> bool:
        """True when ``name`` is one of ``names``; otherwise notes an unknown id with the nearest known ones."""
        listed = list(names)
        if name in listed:
            return True
        near = get_close_matches(name, listed, n=3, cutoff=0.5) or sorted(listed)[:8]
        shown = ", ".join(near) or "–"
        self.tell(
            "pack_unknown_id",
            path,
            Text(f"ไม่รู้จัก{kind.th} “{name}”", f"unknown {kind.en} “{name}”"),
            Text(f"ชื่อที่ใกล้เคียงหรือมีอยู่: {shown}", f"near or existing: {shown}"),
        )
        return False

    def unique(
        self, kind: Text, ids: Sequence[str], path: Path_, key: str = "id", code: str = "pack_duplicate"
    ) -> None:
        """Note every id that stands twice in the list at ``path``."""
        first: dict[str, int] = {}
        for index, name in enumerate(ids):
            here = (*path, index, key) if key else (*path, index)
            if name in first:
                line = self.document.line_of((*path, first[name]))
                self.tell(
                    code,
                    here,
                    Text(
                        f"{kind.th} “{name}” ซ้ำกับบรรทัด {line}",
                        f"{kind.en} “{name}” stands twice (first on line {line})",
                    ),
                    Text("เหลือไว้เพียงรายการเดียว หรือเปลี่ยนรหัส", "keep one of them, or change its id"),
                )
            else:
                first[name] = index


def wording(part: Wording | None) -> Text:
    """The text of an optional wording; empty when it is not given."""
    return Text(part.th, part.en) if part is not None else Text("", "")
