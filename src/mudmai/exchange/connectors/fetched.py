"""What is known of a source beforehand, what a fetch may cost, and what it brings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from mudmai.core.errors import Problem


class KeptFile(Protocol):
    """A kept raw file; its ``sha256`` names it."""

    @property
    def sha256(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def name(self) -> str: ...


class Sink(Protocol):
    """Where raw files are kept by content (:class:`mudmai.workspace.raw_files.RawFiles`)."""

    def keep(self, stream: BinaryIO, *, name: str, max_bytes: int | None = ...) -> KeptFile: ...

    def has(self, sha256: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells whether a source has changed. ``address`` is the one that ``etag`` and ``last_modified`` hold for."""

    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    address: str = ""

    @classmethod
    def from_dict(cls, told: dict[str, Any] | None) -> Validators:
        """From JSON; unknown keys are left out."""
        return cls(**{k: str(v) for k, v in (told or {}).items() if k in cls.__dataclass_fields__})

    def as_dict(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes that one fetch may take. ``rows``: most rows of a DataStore or SDMX message."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 600.0
    max_bytes: int = 512 << 20
    rows: int = 5_000_000
    redirects: int = 5
    page_rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Allowed:
    """Private networks and folders that the operator lets connections reach; nothing by default."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """The outcome of one fetch.

    ``new``: ``raw`` is the file to read, ``original`` the message it was made from where that is another one.
    ``unchanged``: what was known is still so. ``failed``: ``fault`` says why; ``retry_after`` are seconds that the
    source asked for. ``problems`` are warnings: a type that was not as claimed, rows that were left out.
    """

    status: Literal["new", "unchanged", "failed"]
    raw: KeptFile | None = None
    original: KeptFile | None = None
    validators: Validators = field(default_factory=Validators)
    claimed: str = ""
    found: str = ""
    problems: tuple[Problem, ...] = ()
    fault: Problem | None = None
    retry_after: float | None = None
