"""Problems gathered while a pack is read: all of them are told at once, each with file, line and key."""

from __future__ import annotations

from mudmai.core.errors import MudmaiError, PackError, Problem, Where
from mudmai.core.language import Text

MOST = 500
"""No pack is told more than this many problems; the first ones usually explain the rest."""


class Findings:
    """A growing list of problems of one pack; ``file`` is written as ``<pack folder>/<file>``."""

    def __init__(self, pack: str) -> None:
        self.pack = pack
        self.problems: list[Problem] = []

    def add(
        self,
        code: str,
        message: Text,
        remedy: Text,
        *,
        file: str | None = None,
        line: int | None = None,
        key: str | None = None,
    ) -> None:
        """Note one problem; ``key`` is the path of the key inside the file (``indicators[2].rule.target``)."""
        if len(self.problems) < MOST:
            where = Where(file=f"{self.pack}/{file}" if file else self.pack, line=line, field=key or None)
            self.problems.append(Problem(code, message, remedy, where))

    def add_error(
        self, error: MudmaiError, *, file: str, line: int | None = None, key: str | None = None, prefix: str = ""
    ) -> None:
        """Note what another part of the house refused, at the place in the pack that asked for it."""
        message = Text(prefix + error.message.th, prefix + error.message.en)
        self.add(f"pack_{error.code}", message, error.remedy, file=file, line=line, key=key)

    def raise_if_any(self) -> None:
        """:class:`PackError` with all problems, when there are any."""
        if not self.problems:
            return
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        raise PackError(
            Text(f"ชุดเนื้อหา {self.pack} มีข้อผิดพลาด {count} รายการ", f"pack {self.pack} has {count} {noun}"),
            remedy=Text(
                "แก้ตามไฟล์และบรรทัดที่ระบุ แล้วตรวจอีกครั้งด้วย mudmai pack check",
                "mend the named lines, then check again with: mudmai pack check",
            ),
            where=Where(file=self.pack),
            problems=self.problems,
        )
