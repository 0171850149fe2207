"""A municipality that is one whole area, in the home that ``MUDMAI_HOME`` names, told as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tests.journeys import town

CITY = "model-city"
AREA = "TH-4001"


def make() -> dict[str, str]:
    """The town's accounts by role; its city has no inventory yet."""
    told = town.make()
    from mudmai.apps.assessment.domain.cities import create_city
    from mudmai.apps.registry.areas import AreaRef
    from mudmai.apps.registry.models import Organisation
    from mudmai.apps.registry.policy import OPERATOR

    create_city(
        acting_user=OPERATOR,
        organisation=Organisation.objects.get(code="town"),
        code=CITY,
        name_th="เทศบาลนครตัวอย่าง",
        name_en="Model City",
        area=AreaRef("th-admin", AREA),
        is_whole_area=True,
    )
    return told


if __name__ == "__main__":
    from mudmai.site.database import prepare
    from mudmai.workspace import Workspace

    Workspace.open(Path(os.environ["MUDMAI_HOME"])).init()
    prepare(Path(os.environ["MUDMAI_HOME"]))
    json.dump(make(), sys.stdout)
