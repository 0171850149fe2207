"""The same evaluator on Dask, for work that one machine cannot hold (extra ``distributed``).

Formulas are cut into groups that share series; every worker opens the same immutable release from disk (a folder all of
them can reach) and runs the same program with the same kernels. A kernel's result does not depend on what is computed
beside it, so the cubes are equal to an embedded run bit for bit, however the formulas are cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.periods import Period
from mudmai.core.series import Catalogue
from mudmai.engine.cubes import Cube
from mudmai.engine.evaluator import CubeEvaluator
from mudmai.engine.releases import ReleaseStore
from mudmai.engine.steps import Checked

Answer = list[tuple[str, Cube]]


def dask_client(address: str | None = None, **options: Any) -> Any:
    """A ``distributed.Client`` of the scheduler at ``address`` or, without one, of worker processes on this machine.

    Raises :class:`InputError` naming the extra when Dask is not installed.
    """
    try:
        from distributed import Client  # the extra; nothing else in the engine needs it
    except ImportError as absent:
        raise InputError(
            Text("ยังไม่ได้ติดตั้ง Dask", "Dask is not installed"),
            remedy=Text(
                "ติดตั้งส่วนเสริม: pip install 'mudmai[distributed]'", "install the extra: pip install 'mudmai[distributed]'"
            ),
            code="extra_missing",
        ) from absent
    make: Any = Client  # Dask's own functions carry no types
    return make(address, **options)


def evaluate_distributed(
    client: Any,
    store: Path,
    release: str,
    catalogue: Catalogue,
    formulas: Mapping[str, Checked],
    first: Period,
    last: Period,
    *,
    area_system: str | None = None,
    groups: int | None = None,
) -> Iterator[tuple[str, Cube]]:
    """As :meth:`CubeEvaluator.evaluate`, on the workers of ``client`` (a ``distributed.Client``).

    ``release`` is the id of a release in the store at ``store``, a folder that must lead every worker to the same
    files. ``groups`` is how many tasks there are (None: three for each worker, so that a slow one does not hold up the
    rest). Cubes come as their groups are ready. An error on a worker is raised here as it is.
    """
    from distributed import as_completed as completed  # the extra

    as_completed: Any = completed
    if groups is None:
        groups = 3 * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    common = client.scatter((str(store), release, catalogue, first, last, area_system), broadcast=True, hash=False)
    tasks = [
        client.submit(_evaluate_group, common, group, pure=False, key=f"mudmai-{release}-{number}-{id(group)}")
        for number, group in enumerate(grouped(store, release, catalogue, formulas, first, last, groups, area_system))
    ]
    try:
        for task in as_completed(tasks):
            yield from task.result()
            task.release()
    finally:
        client.cancel(tasks)


def grouped(
    store: Path,
    release: str,
    catalogue: Catalogue,
    formulas: Mapping[str, Checked],
    first: Period,
    last: Period,
    groups: int,
    area_system: str | None = None,
) -> Sequence[Mapping[str, Checked]]:
    """``formulas`` in at most ``groups`` parts of about equal size; neighbours in storage order stay together."""
    evaluator = CubeEvaluator(ReleaseStore(store).get(release), catalogue)
    order = [target.name for target in evaluator.compile(formulas, first, last, area_system).targets]
    groups = max(1, min(groups, len(order)))
    bounds = [len(order) * g // groups for g in range(groups + 1)]
    return [{name: formulas[name] for name in order[low:high]} for low, high in pairwise(bounds)]


def _evaluate_group(
    common: tuple[str, str, Catalogue, Period, Period, str | None], formulas: Mapping[str, Checked]
) -> Answer:
    """On a worker: open the release and evaluate."""
    store, release, catalogue, first, last, area_system = common
    evaluator = CubeEvaluator(ReleaseStore(Path(store)).get(release), catalogue)
    return list(evaluator.evaluate(formulas, first, last, area_system))
