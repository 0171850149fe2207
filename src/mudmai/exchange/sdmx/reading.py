"""Data messages of any SDMX service, read into flat rows: ML 2.0, 2.1 and 3.0, JSON 1.0 and 2.x, CSV 1.0 and 2.0.

A row is what one observation says: codes of dimensions, ``TIME_PERIOD``, ``OBS_VALUE`` and attributes, all as text. A
value that is absent, empty or ``NaN`` is missing and becomes an empty cell. Nothing here trusts the message: a document
type is refused (entities could grow without end), depth and rows are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mudmai.core.errors import InputError
from mudmai.core.language import Text

Row = dict[str, str]
TIME, MEASURE = "TIME_PERIOD", "OBS_VALUE"
DELETES = frozenset({"delete", "d"})


@dataclass
class Message:
    """What is learned of a message beside its rows, filled while they are read."""

    dimensions: list[str] = field(default_factory=list)
    """Ids in the order of the key, as far as the message itself tells."""
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """Dimension or attribute → code → words, Thai where there are any."""
    deleted: int = 0
    """Observations that the message asks to delete; they are no rows."""


Emit = Callable[[Row], None]


class MessageFault(InputError):
    """A message that cannot be read, or that is an error itself. ``number`` is the service's own code."""

    default_code = "connection_answer"

    def __init__(self, th: str, en: str, *, number: str = "") -> None:
        super().__init__(
            Text(th, en),
            remedy=Text(
                "ตรวจรหัสชุดข้อมูล กุญแจ และช่วงเวลาของการเชื่อมต่อ",
                "check the flow, the key and the periods of the connection",
            ),
        )
        self.number = number


def read_message(path: Path, emit: Emit, *, most_rows: int, dimensions: Sequence[str] = ()) -> Message:
    """Read the data message at ``path``, calling ``emit`` for each observation; raises :class:`MessageFault`.

    ``dimensions`` are the ids that the structure tells, where it is known.
    """
    from mudmai.exchange.sdmx.reading_csv import read_csv
    from mudmai.exchange.sdmx.reading_json import read_json
    from mudmai.exchange.sdmx.reading_xml import read_xml

    count = 0

    def counted(row: Row) -> None:
        nonlocal count
        count += 1
        if count > most_rows:
            raise MessageFault(f"ข้อความมีเกิน {most_rows:,} แถว", f"the message has more than {most_rows:,} rows")
        if row.get(MEASURE, "").strip().lower() in ("nan", "null"):
            row[MEASURE] = ""
        emit(row)

    with path.open("rb") as file:
        start = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    reader = read_xml if start.startswith(b"<") else read_json if start.startswith((b"{", b"[")) else read_csv
    return reader(path, counted, dimensions)


def text_of(value: object) -> str:
    """A JSON value as it stands in a cell.

    >>> text_of(None), text_of(2.0), text_of(True), text_of(1.5), text_of(12)
    ('', '2', 'true', '1.5', '12')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict):
        return next((str(value[c]) for c in ("th", "en") if value.get(c)), next(iter(map(str, value.values())), ""))
    if isinstance(value, list):
        return "; ".join(text_of(one) for one in value)
    return str(value)


def pieces(path: Path, size: int = 1 << 16) -> Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(size):
            yield piece
