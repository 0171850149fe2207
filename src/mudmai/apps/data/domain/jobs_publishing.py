"""Publications as background work, and what takes up those that were interrupted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mudmai.apps.data.domain.outbox import carry_out, resume_publications
from mudmai.apps.jobs.domain.jobs import JobRun, job, periodic
from mudmai.core.language import Text


@job("data.publish", title=Text("เผยแพร่ข้อมูล", "publish data"))
def publish(run: JobRun, *, publication: str) -> dict[str, Any]:
    """Carry one publication out."""
    return {"release": carry_out(UUID(publication)).release}


@job("data.resume", title=Text("เผยแพร่รายการที่ค้างให้เสร็จ", "finish publications that were interrupted"))
def resume(run: JobRun) -> dict[str, Any]:
    """Every publication that is still open."""
    return {"finished": resume_publications()}


periodic("data.resume", every=60)
