"""Run by test_processes.py in processes of their own, each acting on a file: ``racing.py WHAT FILE WHO VALUE``.

Tells ``done`` or the code of the refusal. ``racing.py seed`` makes the world and tells its ids (see race_site.py).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def seed() -> None:
    from mudmai.workspace import criteria
    from tests.apps.assessment.assessment_world import build_assessment_world
    from tests.apps.data.data_world import open_from_environment

    criteria.shipped_packs = lambda: Path(os.environ["TOY_PACKS"])
    world = build_assessment_world(open_from_environment())
    held = world.filled()
    people = {"filler": world.filler, "colleague": world.colleague, "sender": world.sender}
    print(json.dumps({"file": str(held.pk), **{name: one.pseudonym for name, one in people.items()}}))


def ready() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def act(what: str, file: str, who: str, value: int) -> None:
    from mudmai.apps.assessment.domain.answers import save_answer
    from mudmai.apps.assessment.domain.files import file_named, submit_file
    from mudmai.apps.registry.models import Person
    from mudmai.core.errors import InputError
    from tests.apps.assessment.assessment_world import DAY
    from tests.apps.data.data_world import open_from_environment

    open_from_environment()
    person, held = Person.objects.get(pseudonym=who), file_named(file)
    ready()
    try:
        if what == "answer":
            save_answer(acting_user=person, file=held, criterion="c-open", value=value, revision=1, today=DAY)
        else:
            submit_file(acting_user=person, file=held, revision=held.revision, today=DAY)
    except InputError as refused:
        print(json.dumps(refused.code))
    else:
        print(json.dumps("done"))


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "seed":
        ready()
        seed()
    else:
        act(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
