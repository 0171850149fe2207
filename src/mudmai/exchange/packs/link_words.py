"""``links.yaml`` of a plan's pack: words that projects use for what a clause of the plan means, by the clause's id."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from mudmai.core.language import Text
from mudmai.core.plans import Plan
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.schema_base import Part, Words
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml

FILE = "links.yaml"


class LinkWordsFile(Part):
    """`links.yaml`: words beyond the plan's own by which links of projects to it are suggested."""

    links: dict[str, list[Words]] = Field(
        description="Id of a goal, indicator or strategy → words; a line is one topic."
    )


def read_link_words(folder: Path, plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """The words of the pack in ``folder``; nothing where it has no such file.

    Raises :class:`mudmai.core.errors.PackError` with file, line and key, also for an id that the plan does not have.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    findings = Findings(folder.name)
    document = read_yaml(path, FILE)
    part = read_shape(LinkWordsFile, document, FILE, findings)
    known = {one.id for group in (plan.goals, plan.indicators, plan.strategies, plan.upward) for one in group}
    for name in part.links if part else ():
        if name not in known:
            findings.add(
                "pack_value",
                Text(f"แผน {plan.id} ไม่มีข้อ {name}", f"the plan {plan.id} has no {name}"),
                Text("ใช้รหัสข้อของแผน", "use an id of the plan"),
                file=FILE,
                line=document.line_of(("links", name)),
                key=f"links.{name}",
            )
    findings.raise_if_any()
    assert part is not None
    return {name: tuple(words) for name, words in part.links.items()}
