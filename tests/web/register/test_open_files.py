"""Files of the register for programs of other origins."""

from __future__ import annotations

import pytest
from django.test import Client

from mudmai.apps.registry.models import Person
from tests.apps.assessment.register_world import Kinds

pytestmark = pytest.mark.django_db


def test_files_are_open_to_programs_of_other_origins_where_nobody_in_particular_asks(
    kinds: Kinds, keeper: Person
) -> None:
    signed_in = Client()
    signed_in.force_login(keeper)
    files = [f"/register/certificates.{form}" for form in ("csv", "xlsx", "json")]
    for address in (*files, f"/register/{kinds.held.number}/certificate.pdf"):
        anybody, somebody = Client().get(address), signed_in.get(address)
        assert (anybody.status_code, somebody.status_code) == (200, 200)
        assert anybody.headers["Access-Control-Allow-Origin"] == "*"
        assert not [name for name in somebody.headers if name.startswith("Access-Control")]
    for answer in (Client().get("/register/"), Client().get("/register/certificates.exe")):
        assert "Access-Control-Allow-Origin" not in answer.headers
