"""The fields of each kind of detail: how they are read, written and told in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.http import QueryDict

from mudmai.apps.programme.models import (
    Contract,
    Milestone,
    Party,
    PartyRole,
    Project,
    ProjectDocument,
    ProjectIndicator,
    Risk,
)
from mudmai.core.errors import InputError
from mudmai.core.language import Text, same
from mudmai.web.preferences import Preferences
from mudmai.web.templatetags.mudmai_projects import written_baht
from mudmai.web.views.people.moments import write_day
from mudmai.web.views.projects.editing_fields import (
    TypedField,
    read_amount,
    read_date,
    read_number,
    read_percent,
    read_year,
)
from mudmai.web.wording import wording
from mudmai.workspace import Workspace

Read = Callable[[str, str], Any]
PHOTO = "photo"
DOCUMENT_TYPES = (
    "",
    PHOTO,
    "budgetApproval",
    "projectPlan",
    "feasibilityStudy",
    "environmentalImpact",
    "contractSigned",
    "physicalProgressReport",
    "financialProgressReport",
    "finalAudit",
)
"""Types of documents: codes of ``documentType`` of OC4IDS, and photos."""


@dataclass(frozen=True, slots=True)
class _Spec:
    """A field: ``read`` makes the value; ``shape`` is how it is shown in the form."""

    name: str
    read: Read
    kind: str = "text"
    required: bool = False
    longest: int = 0
    hint: str = ""
    shape: str = ""


def _text(text: str, _: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _baht(text: str, field: str) -> Decimal | None:
    return read_amount(text, field)[0]


def _small(text: str, field: str) -> int | None:
    number = read_number(text, field)
    return int(number) if number is not None and number == int(number) else None


_SPECS: Mapping[str, tuple[_Spec, ...]] = {
    "party": (
        _Spec("name", _text, required=True, longest=300, hint="detail.no_persons"),
        _Spec("role", _text, "select"),
        _Spec("identifier", _text, longest=60, hint="detail.identifier_hint"),
    ),
    "milestone": (
        _Spec("title", _text, required=True, longest=300),
        _Spec("due_on", read_date, hint="programme.day_example", shape="day"),
        _Spec("met_on", read_date, hint="detail.met_hint", shape="day"),
        _Spec("weight", read_percent, hint="detail.weight_hint", shape="percent"),
        _Spec("note", _text, "long"),
    ),
    "contract": (
        _Spec("number", _text, required=True, longest=80),
        _Spec("title", _text, longest=500),
        _Spec("supplier", _text, longest=300, hint="detail.no_persons", shape="supplier"),
        _Spec("amount", _baht, shape="money"),
        _Spec("signed_on", read_date, hint="programme.day_example", shape="day"),
        _Spec("start", read_date, shape="day"),
        _Spec("end", read_date, shape="day"),
        _Spec("method", _text, longest=120),
        _Spec("url", _text, longest=500, hint="detail.url_hint"),
    ),
    "risk": (
        _Spec("title", _text, required=True, longest=300),
        _Spec("likelihood", _small, "select"),
        _Spec("impact", _small, "select"),
        _Spec("response", _text, "long"),
        _Spec("closed_on", read_date, shape="day"),
    ),
    "indicator": (
        _Spec("of_plan", _text, "select", hint="detail.of_plan_hint"),
        _Spec("title", _text, longest=500, hint="detail.indicator_title_hint"),
        _Spec("unit", _text, longest=80),
        _Spec("baseline", read_number, shape="number"),
        _Spec("target", read_number, shape="number"),
        _Spec("target_year", read_year, hint="programme.year_hint", shape="year"),
        _Spec("actual", read_number, hint="detail.actual_hint", shape="number"),
    ),
    "document": (
        _Spec("title", _text, required=True, longest=300, hint="detail.document_title_hint"),
        _Spec("type", _text, "select"),
        _Spec("url", _text, longest=500, hint="detail.document_url_hint"),
        _Spec("published_on", read_date, hint="programme.day_example", shape="day"),
    ),
}


class DetailForm:
    """The fields of one detail, as kept or as typed."""

    def __init__(
        self,
        kind: str,
        row: Model | None,
        here: Preferences,
        given: QueryDict | None,
        *,
        suppliers: Sequence[str] = (),
        indicators: Sequence[tuple[str, Text]] = (),
    ) -> None:
        self.kind, self.row, self.here, self.given = kind, row, here, given
        self.suppliers, self.indicators = suppliers, indicators
        self.faults: dict[str, Text] = {}

    @property
    def _specs(self) -> tuple[_Spec, ...]:
        return _SPECS[self.kind]

    def values(self) -> dict[str, Any]:
        """The typed fields as values of the register; ``faults`` by field."""
        given, found = self.given or QueryDict(), {}
        for one in self._specs:
            typed = given.get(one.name, "")
            try:
                found[one.name] = one.read(typed, one.name)
            except InputError as fault:
                self.faults[one.name] = fault.message
                continue
            if one.required and not typed.strip():
                self.faults[one.name] = wording("detail.needed")
            elif one.longest and len(typed) > one.longest:
                self.faults[one.name] = wording("editing.too_long", most=f"{one.longest:,}")
        self._check(found)
        return self._of_plan(found) if self.kind == "indicator" else found

    def _check(self, found: dict[str, Any]) -> None:
        if self.kind == "contract":
            if found.get("amount") is not None and found["amount"] < 0:
                self.faults["amount"] = wording("detail.below_zero")
            if found.get("start") and found.get("end") and found["end"] < found["start"]:
                self.faults["end"] = wording("editing.end_first")
        if found.get("url") and not found["url"].lower().startswith(("https://", "http://")):
            self.faults["url"] = wording("detail.bad_url")
        if self.kind == "milestone" and found.get("weight") is not None and not 0 <= found["weight"] <= 1:
            self.faults["weight"] = wording("detail.weight_range")
        if self.kind == "risk":
            for name in ("likelihood", "impact"):
                if found.get(name) not in range(1, 6):
                    self.faults[name] = wording("detail.scale")
        for name in ("amount", "baseline", "target", "actual"):
            value = found.get(name)
            if isinstance(value, Decimal) and abs(value) >= Decimal(10) ** 13:
                self.faults[name] = wording("detail.too_large")
        if self.kind == "document" and found.get("type") not in DOCUMENT_TYPES and found.get("type") != self._kept_type:
            self.faults["type"] = wording("detail.needed")

    @property
    def _kept_type(self) -> str:
        return self.row.type if isinstance(self.row, ProjectDocument) else ""

    def _of_plan(self, found: dict[str, Any]) -> dict[str, Any]:
        chosen = found.pop("of_plan", "")
        titles = dict(self.indicators)
        plan, _, indicator = chosen.partition("/")
        kept = isinstance(self.row, ProjectIndicator) and (self.row.plan, self.row.indicator) == (plan, indicator)
        if chosen and chosen not in titles and not kept:
            self.faults["of_plan"] = wording("detail.no_indicator")
        if not found.get("title"):
            if chosen not in titles:
                self.faults.setdefault("title", wording("detail.needed"))
            else:
                found["title"] = titles[chosen].th[:500]
        return {**found, "plan": plan, "indicator": indicator}

    def tell(self, fault: InputError) -> None:
        """A refusal of the register is put beside its field."""
        if fault.where.field in {one.name for one in self._specs}:
            self.faults.setdefault(fault.where.field or "", fault.message)

    def fields(self) -> list[TypedField]:
        """The fields of the page."""
        return [self._field(one) for one in self._specs if not (one.name == "url" and self._has_file)]

    @property
    def _has_file(self) -> bool:
        return isinstance(self.row, ProjectDocument) and bool(self.row.raw_sha)

    def _field(self, one: _Spec) -> TypedField:
        value = self.given.get(one.name, "") if self.given is not None else self._kept(one)
        return TypedField(
            one.name,
            wording(f"detail.{self.kind}_{one.name}"),
            value,
            one.kind,
            hint=wording(one.hint) if one.hint else None,
            fault=self.faults.get(one.name),
            required=one.required,
            longest=one.longest,
            options=self._options(one),
            known=self.suppliers if one.name == "supplier" else (),
            numeric=one.shape in ("money", "percent", "number", "year"),
        )

    def _options(self, one: _Spec) -> Sequence[tuple[str, Text]]:
        match self.kind, one.name:
            case "party", "role":
                return [(role.value, wording(f"detail.role_{role.value}")) for role in PartyRole]
            case "risk", "likelihood" | "impact":
                return [(str(n), wording(f"detail.scale_{n}")) for n in range(1, 6)]
            case "document", "type":
                return document_types(self._kept_type)
            case "indicator", "of_plan":
                return [("", wording("detail.own_indicator")), *self._with_kept()]
        return ()

    def _with_kept(self) -> list[tuple[str, Text]]:
        """The indicators of the plans; one that the packs no longer have stays chosen."""
        row, known = self.row, list(self.indicators)
        if isinstance(row, ProjectIndicator) and row.plan:
            key = f"{row.plan}/{row.indicator}"
            if key not in dict(known):
                known.append((key, same(key)))
        return known

    def _kept(self, one: _Spec) -> str:
        """What the register has, as people write it."""
        if self.row is None:
            return "3" if self.kind == "risk" and one.kind == "select" else ""
        if one.name == "of_plan":
            return f"{self.row.plan}/{self.row.indicator}" if getattr(self.row, "plan", "") else ""
        value = getattr(self.row, one.name)
        if value is None:
            return ""
        match one.shape:
            case "day":
                return write_day(self.here, value)
            case "percent":
                return _plain(value * 100)
            case "money":
                return written_baht(self.here, value)
            case "number":
                return _plain(value)
            case "year":
                return self.here.year(value)
            case "supplier":
                return str(value.name)
        return str(value)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def document_types(kept: str = "") -> list[tuple[str, Text]]:
    """Types of documents in words; one that came in from elsewhere is kept."""
    found = [(one, wording(f"detail.type_{one or 'other'}")) for one in DOCUMENT_TYPES]
    return found if kept in DOCUMENT_TYPES else [*found, (kept, same(kept))]


def plan_indicators(workspace: Workspace) -> list[tuple[str, Text]]:
    """All indicators of all plans: ``plan/indicator`` and its name."""
    return [
        (f"{plan.id}/{one.id}", Text(f"{one.id} {one.title.th}", f"{one.id} {one.title.en}"))
        for plan in workspace.shelf.plans
        for one in plan.indicators
    ]


def row_of(held: Project, kind: str) -> Any:
    """The rows of one kind, with what their lines need."""
    match kind:
        case "party":
            return held.parties.all()
        case "milestone":
            return held.milestones.all()
        case "contract":
            return held.contracts.select_related("supplier")
        case "risk":
            return held.risks.all()
        case "indicator":
            return held.indicators.all()
    return held.documents.all()


def summary_line(row: Any, here: Preferences) -> tuple[Text, Text]:
    """A detail in one line: what it is, and what there is to say of it."""
    match row:
        case Party():
            return same(row.name), wording(f"detail.role_{row.role}")
        case Milestone():
            return same(row.title), _milestone(row, here)
        case Contract():
            supplier = row.supplier.name if row.supplier else ""
            amount = (
                f"{written_baht(here, row.amount)} {here.say(wording('portfolio.baht'))}"
                if row.amount is not None
                else ""
            )
            return same(f"{row.number} {row.title}".strip()), same(" · ".join(one for one in (supplier, amount) if one))
        case Risk():
            scale = wording("detail.risk_line", likelihood=row.likelihood, impact=row.impact)
            return same(row.title), scale
        case ProjectIndicator():
            target = "–" if row.target is None else _plain(row.target)
            actual = "–" if row.actual is None else _plain(row.actual)
            return same(row.title), wording("detail.indicator_line", target=target, actual=actual, unit=row.unit)
        case ProjectDocument():
            known = dict(document_types(row.type))
            said = known[row.type]
            more = row.raw_name or row.url
            return same(row.title), Text(f"{said.th} · {more}", f"{said.en} · {more}")
    return same(str(row)), same("")


def _milestone(row: Milestone, here: Preferences) -> Text:
    parts: list[Text] = []
    if row.due_on:
        parts.append(wording("detail.due_on", day=write_day(here, row.due_on)))
    parts.append(
        wording("detail.met_on", day=write_day(here, row.met_on)) if row.met_on else wording("project.not_met")
    )
    if row.weight is not None:
        parts.append(wording("detail.weighs", percent=_plain(row.weight * 100)))
    return Text(" · ".join(one.th for one in parts), " · ".join(one.en for one in parts))


def is_late(row: Milestone, today: date) -> bool:
    """Due before today and not met."""
    return row.met_on is None and row.due_on is not None and row.due_on < today
