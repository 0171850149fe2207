"""A process that approves, releases or corrects a submission when it is told to: ``racing.py WHAT ID WHO``.

Prints ``ready`` once it holds the submission, waits for a line, then prints ``done`` or the code of the refusal.
"""

from __future__ import annotations

import sys


def main(what: str, submission: str, who: str) -> None:
    import django

    django.setup()
    from mudmai.apps.data.domain import submissions as do
    from mudmai.apps.registry.models import Person
    from mudmai.core.errors import InputError
    from tests.apps.data.data_world import open_from_environment

    open_from_environment()
    person = Person.objects.get(pseudonym=who)
    held = do.Submission.objects.select_related("organisation").get(pk=submission)
    print("ready", flush=True)
    sys.stdin.readline()
    acts = {
        "approve": lambda: do.approve(acting_user=person, submission=held, level=1, note=who),
        "return": lambda: do.return_submission(acting_user=person, submission=held, reasons=who),
        "recipe": lambda: do.set_recipe(acting_user=person, submission=held, recipe={"by": who}, name=who),
        "release": lambda: do.release(acting_user=person, submission=held),
    }
    try:
        acts[what]()
    except InputError as refused:
        print(refused.code)
    else:
        print("done")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
