"""The ground of all shapes of pack files: ids, texts, numbers and periods as packs write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from mudmai.core.errors import InputError
from mudmai.core.periods import Period


def _read_period(value: object) -> Period:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("period")
    try:
        period = Period.from_iso(str(value))
    except InputError:
        raise ValueError("period") from None
    if period.year_ce >= 2400:
        raise ValueError("period_be")
    return period


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"

Id = Annotated[str, Field(pattern=ID_PATTERN)]
Words = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=4000)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
PackPeriod = Annotated[
    Period,
    PlainValidator(_read_period),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "description": "A period in Common Era years: `2019`, `FY2024`, `2019-Q4`, `2019-04`.",
        }
    ),
]


class Part(BaseModel):
    """Base of all parts: unknown keys are errors; parts do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(Part):
    """A text in Thai and in English; both must be there. Line breaks inside are read as spaces."""

    th: Words = Field(description="Thai wording.")
    en: Words = Field(description="English wording.")
