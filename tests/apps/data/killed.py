"""A process that publishes and is killed on the way; run by ``test_processes.py``: ``killed.py MOMENT SUBMISSION``."""

from __future__ import annotations

import json
import os
import signal
import sys


def main(moment: str, submission: str) -> None:
    import django

    django.setup()
    from mudmai.apps.data.domain import outbox
    from mudmai.apps.data.domain import submissions as do
    from mudmai.apps.registry.policy import OPERATOR
    from mudmai.engine import releases
    from tests.apps.data.data_world import open_from_environment

    open_from_environment()

    def kill(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    real = releases._write_durably

    def at_write(name: str, after: bool):
        def write(path: object, text: str) -> None:
            if str(path).endswith(name) and not after:
                kill()
            real(path, text)
            if str(path).endswith(name):
                kill()

        return write

    match moment:
        case "ordered":
            outbox.publish_plan = kill
        case "manifest":
            releases._write_durably = at_write(".json", after=True)
        case "before the swap":
            releases._write_durably = at_write("current", after=False)
        case "after the swap":
            releases._write_durably = at_write("current", after=True)
        case "state":
            print(json.dumps(state(submission)))
            return
        case "before the end":
            outbox._finish = kill
        case "in the last transaction":
            outbox.write_record = kill
        case "resume":
            before = state(submission)
            finished = [do.resume_publications() for _ in range(2)]
            print(json.dumps({"before": before, "finished": finished, "after": state(submission)}))
            return
    held = do.Submission.objects.select_related("organisation").get(pk=submission)
    print(do.release(acting_user=OPERATOR, submission=held).state)


def state(submission: str) -> dict[str, object]:
    """How a submission stands, from its rows."""
    from mudmai.apps.data.models import Approval, Publication, Submission
    from mudmai.apps.registry.domain.audit import verify_chain

    one = Submission.objects.get(pk=submission)
    return {
        "state": one.state,
        "release": one.release,
        "approvals": Approval.objects.filter(submission=one).count(),
        "steps": [s.action for s in one.steps.all()],
        "open": Publication.objects.filter(done_at=None).count(),
        "whole": verify_chain().is_whole,
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
