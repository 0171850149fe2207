"""The rows: jobs, and when timed work is due."""

from __future__ import annotations

from mudmai.apps.jobs.models.job import ENDED, WAITING, Job, JobState, Schedule

__all__ = ["ENDED", "WAITING", "Job", "JobState", "Schedule"]
