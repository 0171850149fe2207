"""The tidy table of a submission: read from the shelf of raw files."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mudmai.apps.data.models import Submission
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.areas import AreaRef
from mudmai.workspace.raw_files import raw_files

if TYPE_CHECKING:
    import pyarrow as pa


def table_named(sha256: str) -> pa.Table:
    """A kept Parquet of tidy rows."""
    import pyarrow.parquet as pq  # only where rows are read

    return pq.read_table(raw_files(workspace()).path(sha256))


def keep_table(table: pa.Table, name: str) -> str:
    """Keep a table as Parquet; gives its hash."""
    from io import BytesIO

    import pyarrow.parquet as pq

    held = BytesIO()
    pq.write_table(table, held, compression="zstd")
    held.seek(0)
    return raw_files(workspace()).keep(held, name=name).sha256


def areas_of(submission: Submission) -> tuple[AreaRef, ...]:
    """Every area that the submission's rows speak about; none without a table."""
    return _areas(str(raw_files(workspace()).path(submission.table_sha))) if submission.table_sha else ()


@lru_cache(maxsize=256)  # the file behind a hash never changes
def _areas(path: str) -> tuple[AreaRef, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["area_system", "area"])
    plain = pa.table({name: table.column(name).cast(pa.string()) for name in table.column_names})
    pairs = plain.group_by(["area_system", "area"]).aggregate([]).to_pylist()
    return tuple(sorted((AreaRef(p["area_system"], p["area"]) for p in pairs), key=lambda a: (a.system, a.code)))
