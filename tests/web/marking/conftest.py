"""The city and the agency of the assessment's tests, with a call that is open today, and browsers without scripts."""

from __future__ import annotations

from tests.web.assessment.conftest import criteria_workspace, signed_in, world

__all__ = ["criteria_workspace", "signed_in", "world"]
