"""A city at work on its file, in the home that ``MUDMAI_HOME`` names: accounts by role and ids of pages, as JSON."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.journeys import assessing

SET = "smart-city-1"


def make() -> dict[str, str]:
    """A call of the shipped criteria of smart cities, a city with little known of it, and its file half filled."""
    told = assessing.make()
    from django.utils import timezone

    from mudmai.apps.assessment.domain.answers import save_answer
    from mudmai.apps.assessment.domain.calls import create_call, publish_call
    from mudmai.apps.assessment.domain.cities import create_city
    from mudmai.apps.assessment.domain.evidence import attach_figure, attach_link
    from mudmai.apps.assessment.domain.files import claim_parts, open_file
    from mudmai.apps.assessment.domain.roadmap import plan_action
    from mudmai.apps.registry.areas import AreaRef
    from mudmai.apps.registry.models import Organisation, Person

    people = {role: Person.objects.get(emailaddress__email=email) for role, email in told.items()}
    today, officer = timezone.localdate(), people["officer"]
    call = create_call(
        acting_user=people["certifier"],
        organisation=Organisation.objects.get(code="agency"),
        criteria_id=SET,
        title_th="รอบประเมินเมืองอัจฉริยะ",
        title_en="Call for smart cities",
        opens_on=today - timedelta(days=1),
        closes_on=today + timedelta(days=60),
    )
    call = publish_call(acting_user=people["certifier"], call=call)
    city = create_city(
        acting_user=officer,
        organisation=Organisation.objects.get(code="town"),
        code="model-city",
        name_th="เมืองตัวอย่าง",
        name_en="Model City",
        area=AreaRef("th-nesdc", "TH-40"),
    )
    file = open_file(acting_user=officer, call=call, city=city)
    claimed = ["environment", "governance", "mobility"]
    file = claim_parts(acting_user=officer, file=file, parts=claimed, revision=file.revision)
    own: dict[str, Any] = {"acting_user": officer, "file": file, "criterion": "sc-boundary"}
    save_answer(**own, value=2, text="สภาเห็นชอบแผนที่แล้ว", revision=0)
    attach_link(**own, url="https://town.example/plan", title="แผนที่ขอบเขต")
    attach_figure(**own, measure="projects.count")
    plan: dict[str, Any] = {"acting_user": officer, "city": city, "file": file, "criterion": "sc-problems"}
    item = plan_action(**plan, title="สำรวจปัญหาหลัก", to_step=2, fiscal_year=today.year + 1, budget=Decimal(250_000))
    plan_action(**plan, title="จัดเวทีตอบกลับประชาชน", fiscal_year=today.year + 2)
    ids = {"call": call.pk, "file": file.pk, "city": city.code, "item": item.pk}
    return told | {f"id_{name}": str(one) for name, one in ids.items()}


if __name__ == "__main__":
    from mudmai.site.database import prepare
    from mudmai.workspace import Workspace

    home = Path(os.environ["MUDMAI_HOME"])
    assessing.write_pack(home / "packs")
    Workspace.open(home).init()
    prepare(home)
    json.dump(make(), sys.stdout)
