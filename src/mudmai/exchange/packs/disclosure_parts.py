"""``disclosure:`` of a dataset, checked: the series and dimensions exist, and what must add up may be added up."""

from __future__ import annotations

from mudmai.core.disclosure import DisclosureRule, SeriesSum
from mudmai.core.language import Text
from mudmai.core.series import Catalogue
from mudmai.exchange.packs.placed import Placed
from mudmai.exchange.packs.schema import DatasetPart, DatasetsFile
from mudmai.exchange.packs.yaml_lines import Path_

_SERIES = Text("อนุกรมของชุดข้อมูล", "series of the dataset")


def build_disclosure(
    placed: Placed[DatasetsFile], dataset: DatasetPart, catalogue: Catalogue, path: Path_
) -> DisclosureRule | None:
    """The rule; None where none is declared or it is faulty (the faults go to the findings)."""
    part = dataset.disclosure
    if part is None:
        return None
    here = (*path, "disclosure")
    sound = True
    for key, names in (("counts", part.counts), ("along", part.along)):
        for n, name in enumerate(names):
            sound &= placed.known(_SERIES, name, dataset.series, (*here, key, n))
    for n, name in enumerate(part.counts):
        if name in catalogue.series and not catalogue.series[name].additive:
            sound = False
            placed.tell(
                "pack_value",
                (*here, "counts", n),
                Text(
                    f"อนุกรม {name} บวกข้ามพื้นที่ไม่ได้ จึงไม่ใช่จำนวนนับ",
                    f"{name} may not be added over areas, so it is no count",
                ),
                Text(
                    "ประกาศ aggregation: {rule: sum} หรือย้ายไปไว้ใน along",
                    "declare aggregation: {rule: sum}, or list it under along",
                ),
            )
    known = [d.id for name in part.counts if name in catalogue.series for d in catalogue.series[name].dimensions]
    for n, name in enumerate(part.dimensions or ()):
        sound &= placed.known(Text("มิติ", "dimension"), name, known, (*here, "dimensions", n))
    for n, one in enumerate(part.sums):
        sound &= placed.known(_SERIES, one.total, part.counts, (*here, "sums", n, "total"))
        for m, name in enumerate(one.parts):
            sound &= placed.known(_SERIES, name, part.counts, (*here, "sums", n, "parts", m))
    if not sound:
        return None
    return DisclosureRule(
        counts=tuple(part.counts),
        threshold=part.threshold,
        protection=part.threshold if part.protection is None else part.protection,
        hide_zeros=part.zeros == "hide",
        dimensions=tuple(dict.fromkeys(known)) if part.dimensions is None else tuple(part.dimensions),
        along=tuple(part.along),
        sums=tuple(SeriesSum(one.total, tuple(one.parts)) for one in part.sums),
    )
