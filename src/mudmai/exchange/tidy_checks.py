"""Judging the columns of a tidy file against the catalogue, word by word and pair by pair rather than row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.errors import InputError
from mudmai.core.language import Text
from mudmai.core.observations import MISSING_FLAGS, Flag, read_dims, write_dims
from mudmai.core.period_text import Calendar, ReadPeriod, read_period
from mudmai.core.periods import Frequency, Period
from mudmai.core.series import TOTAL, Catalogue, Series
from mudmai.exchange import tidy_words as words
from mudmai.exchange.tidy_columns import DIMS, Ints, RawColumns, TextColumn, ValueState, narrow
from mudmai.exchange.tidy_problems import KEPT, ProblemLog

Bools: TypeAlias = npt.NDArray[np.bool_]

_FREQUENCIES = tuple(Frequency)
_LOOKS = 5


@dataclass(frozen=True)
class Checked:
    """Canonical columns of a file without faults: codes (n,) into words, values NaN where missing."""

    columns: Mapping[str, TextColumn]
    values: npt.NDArray[np.float64]


def check_columns(raw: RawColumns, catalogue: Catalogue, log: ProblemLog, unsourced: str | None = None) -> Checked:
    """Check everything, note every fault in ``log`` (the caller refuses), and give the canonical columns.

    ``unsourced`` is the source of values that name none; None: the one of their series.
    """
    return _Check(raw, catalogue, log, unsourced).run()


@dataclass
class _Check:
    raw: RawColumns
    catalogue: Catalogue
    log: ProblemLog
    unsourced: str | None = None
    looked: int = 0
    """How many unknown areas were compared with all names of their system."""

    def run(self) -> Checked:
        self._empty_cells()
        columns = {"area_system": self._systems(), "series": self.raw.text["series"]}
        self._series_systems()
        columns["area"] = self._areas()
        columns["period"] = self._periods()
        self._validity(columns["area"], columns["period"])
        columns["dims"] = self._dims()
        columns["flag"] = self._flags()
        for name, known in (("source", self.catalogue.sources), ("method", self.catalogue.methods)):
            columns[name] = self._reference(name, known)
        self._bounds()
        if not self.log.count:
            self._duplicates(columns)
        return Checked(columns, self.raw.values)

    # What is known of each word

    @cached_property
    def _one_system(self) -> list[AreaSystem | None]:
        return [self.catalogue.area_systems.get(word) for word in self.raw.text["area_system"].words]

    @cached_property
    def _one_series(self) -> list[Series | None]:
        return [self.catalogue.series.get(word) for word in self.raw.text["series"].words]

    # Checks

    def _empty_cells(self) -> None:
        for name in ("area_system", "area", "period", "series"):
            column = self.raw.text[name]
            if "" in column.words:
                empty = np.flatnonzero(column.codes == column.words.index(""))
                told = words.empty_cell(name)
                self.log.add_rows("empty_cell", lambda _, told=told: told, self.raw.rows, empty, field=name)  # type: ignore[misc]

    def _systems(self) -> TextColumn:
        column = self.raw.text["area_system"]
        bad = [bool(w) and s is None for w, s in zip(column.words, self._one_system, strict=True)]
        known = list(self.catalogue.area_systems)
        self._each(
            column.codes,
            bad,
            "unknown_area_system",
            "area_system",
            lambda c: words.unknown_area_system(column.words[c], known),
        )
        return column

    def _series_systems(self) -> None:
        column = self.raw.text["series"]
        bad = [bool(w) and s is None for w, s in zip(column.words, self._one_series, strict=True)]
        known = list(self.catalogue.series)
        self._each(
            column.codes, bad, "unknown_series", "series", lambda c: words.unknown_series(column.words[c], known)
        )
        systems = self.raw.text["area_system"]
        pairs, index = _pairs(column.codes, len(column.words), systems.codes, len(systems.words))
        wrong = []
        for one, two in pairs.tolist():
            series = self._one_series[one]
            wrong.append(
                series is not None and self._one_system[two] is not None and series.area_system != systems.words[two]
            )

        def say(at: int) -> tuple[Text, Text]:
            series = self._one_series[pairs[at][0]]
            assert series is not None
            return words.wrong_area_system(series.id, systems.words[pairs[at][1]], series.area_system)

        self._each(index, wrong, "wrong_area_system", "area_system", say)

    def _areas(self) -> TextColumn:
        """Areas by their own codes; aliases are accepted."""
        systems, areas = self.raw.text["area_system"], self.raw.text["area"]
        pairs, index = _pairs(systems.codes, len(systems.words), areas.codes, len(areas.words))
        names: dict[str, int] = {}
        known = {system.id: _codes_of(system) for system in self._one_system if system}
        codes, bad = [], []
        for system_code, area_code in pairs.tolist():
            system, word = self._one_system[system_code], areas.words[area_code]
            found = "" if system is None else known[system.id].get(word, "")
            bad.append(system is not None and bool(word) and not found)
            codes.append(names.setdefault(found, len(names)))

        def say(at: int) -> tuple[Text, Text]:
            system = self._one_system[pairs[at][0]]
            assert system is not None
            look = self.looked < _LOOKS
            self.looked += 1
            return words.unknown_area(areas.words[pairs[at][1]], system, look=look)

        self._each(index, bad, "unknown_area", "area", say)
        return TextColumn(_take(narrow(codes, len(names)), index), tuple(names))

    def _periods(self) -> TextColumn:
        """Periods in house form, read by the frequency of the row's series; each spelling is read once."""
        series, column = self.raw.text["series"], self.raw.text["period"]
        frequency = [len(_FREQUENCIES) if s is None else _FREQUENCIES.index(s.frequency) for s in self._one_series]
        of_row = _take(np.array(frequency, np.int8), series.codes)
        pairs, index = _pairs(of_row, len(_FREQUENCIES) + 1, column.codes, len(column.words))
        names: dict[str, int] = {}
        codes: list[int] = []
        faults: dict[int, InputError] = {}
        calendars: list[Calendar | None] = []
        for at, (wanted, code) in enumerate(pairs.tolist()):
            read = self._read_period(column.words[code], wanted, at, faults)
            calendars.append(read.calendar if read else None)
            codes.append(names.setdefault(read.period.iso if read else "", len(names)))
        bad = [at in faults for at in range(len(pairs))]
        self._each(index, bad, "period", "period", lambda at: (faults[at].message, faults[at].remedy))
        self._calendars(index, pairs, calendars)
        return TextColumn(_take(narrow(codes, len(names)), index), tuple(names))

    def _read_period(self, text: str, wanted: int, at: int, faults: dict[int, InputError]) -> ReadPeriod | None:
        if not text:
            return None
        try:
            return read_period(text, frequency=_FREQUENCIES[wanted] if wanted < len(_FREQUENCIES) else None)
        except InputError as fault:
            faults[at] = fault
            return None

    def _calendars(self, index: Ints, pairs: Ints, calendars: Sequence[Calendar | None]) -> None:
        """Buddhist and Common Era years in one file: the rarer calendar is named against the other."""
        if len({c for c in calendars if c}) < 2:
            return
        column = self.raw.text["period"]
        counts = np.bincount(index, minlength=len(calendars))
        total = {c: sum(int(n) for n, own in zip(counts, calendars, strict=True) if own == c) for c in ("BE", "CE")}
        rare: Calendar = "BE" if total["BE"] <= total["CE"] else "CE"
        is_rare = np.array([c == rare for c in calendars])
        is_other = np.array([c is not None and c != rare for c in calendars])
        at, other = (int(np.flatnonzero(which[index])[0]) for which in (is_rare, is_other))
        told = words.mixed_calendars(
            rare, column.words[column.codes[at]], column.words[column.codes[other]], self._row(other)
        )
        self.log.add("mixed_calendars", *told, row=self._row(at), field="period", rows=total[rare])

    def _validity(self, area: TextColumn, period: TextColumn) -> None:
        """Areas outside of their legal life; only areas with dates are looked at."""
        systems = self.raw.text["area_system"]
        dated = {a.code for s in self._one_system if s for a in s.areas if a.valid_from or a.valid_to}
        if not dated.intersection(area.words):
            return
        places, place = _pairs(systems.codes, len(systems.words), area.codes, len(area.words))
        cells, index = _pairs(place, len(places), period.codes, len(period.words))
        bad = []
        for at, time in cells.tolist():
            found = self._place(places[at], area)
            iso = period.words[time]
            bad.append(bool(found and iso and not found.is_valid_in(Period.from_iso(iso))))

        def say(at: int) -> tuple[Text, Text]:
            found = self._place(places[cells[at][0]], area)
            assert found is not None
            return words.area_not_valid(found, Period.from_iso(period.words[cells[at][1]]))

        self._each(index, bad, "area_not_valid", "area", say)

    def _place(self, place: Ints, area: TextColumn) -> Area | None:
        system = self._one_system[int(place[0])]
        return system.by_code.get(area.words[int(place[1])]) if system else None

    def _dims(self) -> TextColumn:
        """The dimension columns of a row as one canonical text; empty and ``_T`` mean the total."""
        size = len(self.raw.rows)
        combined: Ints = np.zeros(size, np.int8)
        texts: list[tuple[tuple[str, str], ...]] = [()]
        known = {d.id for s in self.catalogue.series.values() for d in s.dimensions}
        given = {n: column for n, column in self.raw.text.items() if n in known}
        for name, column in [*given.items(), *self._spread(known, given).items()]:
            if all(word in ("", TOTAL) for word in column.words):
                continue
            self._dimension(name, column)
            pairs, combined = _pairs(combined, len(texts), column.codes, len(column.words))
            texts = [
                texts[a] if column.words[b] in ("", TOTAL) else (*texts[a], (name, column.words[b]))
                for a, b in pairs.tolist()
            ]
        names: dict[str, int] = {}
        codes = [names.setdefault(write_dims(t), len(names)) for t in texts]
        return TextColumn(_take(narrow(codes, len(names)), combined), tuple(names))

    def _spread(self, known: set[str], given: Mapping[str, TextColumn]) -> dict[str, TextColumn]:
        """The column ``dims`` of our own exports as one column for each dimension it names."""
        column = self.raw.text.get(DIMS)
        if column is None:
            return {}
        bad, told = [], []
        for word in column.words:
            pairs = [(name.strip(), code.strip()) for name, code in read_dims(word)]
            names = [name for name, _ in pairs]
            clear = len(set(names)) == len(names) and all(n in known and n not in given and c for n, c in pairs)
            bad.append(not clear)
            told.append(dict(pairs) if clear else {})
        self._each(column.codes, bad, "dims", DIMS, lambda c: words.unclear_dims(column.words[c], sorted(known)))
        return {
            name: TextColumn(column.codes, tuple(one.get(name, "") for one in told))
            for name in sorted({name for one in told for name in one})
        }

    def _dimension(self, name: str, column: TextColumn) -> None:
        series = self.raw.text["series"]
        pairs, index = _pairs(series.codes, len(series.words), column.codes, len(column.words))
        foreign, unknown = [], []
        for one, code in pairs.tolist():
            found, word = self._one_series[one], column.words[code]
            codes = None if found is None else next((d.codes for d in found.dimensions if d.id == name), None)
            filled = found is not None and word not in ("", TOTAL)
            foreign.append(filled and codes is None)
            unknown.append(filled and codes is not None and word not in codes)

        def say_foreign(at: int) -> tuple[Text, Text]:
            return words.foreign_dimension(name, column.words[pairs[at][1]], series.words[pairs[at][0]])

        def say_unknown(at: int) -> tuple[Text, Text]:
            found = self.catalogue.series[series.words[pairs[at][0]]]
            codes = next(d.codes for d in found.dimensions if d.id == name)
            return words.unknown_code(name, column.words[pairs[at][1]], codes)

        self._each(index, foreign, "foreign_dimension", name, say_foreign)
        self._each(index, unknown, "unknown_code", name, say_unknown)

    def _flags(self) -> TextColumn:
        """Flags against values: a missing value says why, a value is not called missing."""
        states = self.raw.states
        texts = self.raw.value_texts
        self._rows("text_in_value", "value", states == ValueState.TEXT, lambda at: words.text_in_value(texts[at]))
        self._rows("not_finite", "value", states == ValueState.NOT_FINITE, lambda at: words.not_finite(texts[at]))
        column = self.raw.text.get("flag") or TextColumn(np.zeros(len(states), np.int8), ("",))
        flags = {flag.value for flag in Flag}
        self._each(
            column.codes,
            [w not in flags and w != "" for w in column.words],
            "unknown_flag",
            "flag",
            lambda c: words.unknown_flag(column.words[c]),
        )
        missing = np.array([w in {f.value for f in MISSING_FLAGS} for w in column.words], bool)
        unknown = np.array([w not in flags and w != "" for w in column.words], bool)
        says_missing = _take(missing, column.codes)
        empty = (states == ValueState.EMPTY) & ~_take(unknown, column.codes)

        def flag_of(at: int) -> str:
            return str(column.words[column.codes[at]])

        self._rows("value_missing", "value", empty & ~says_missing, lambda at: words.value_missing(flag_of(at)))
        self._rows(
            "value_with_missing_flag",
            "flag",
            (states == ValueState.NUMBER) & says_missing,
            lambda at: words.value_with_missing_flag(self.raw.values[at], flag_of(at)),
        )
        return TextColumn(column.codes, tuple(w or Flag.NORMAL.value for w in column.words))

    def _reference(self, name: str, known: Mapping[str, object]) -> TextColumn:
        """``source`` or ``method``: a known id; an empty cell takes what the catalogue says of the series."""
        series = self.raw.text["series"]
        column = self.raw.text.get(name) or TextColumn(np.zeros(len(self.raw.rows), np.int8), ("",))
        bad = [w != "" and w not in known for w in column.words]
        self._each(
            column.codes,
            bad,
            f"unknown_{name}",
            name,
            lambda c: words.unknown_reference(name, column.words[c], list(known)),
        )
        pairs, index = _pairs(series.codes, len(series.words), column.codes, len(column.words))
        names: dict[str, int] = {}
        codes = []
        for one, code in pairs.tolist():
            found = self._one_series[one]
            default = "" if found is None else str(getattr(found, name))
            if name == "source" and self.unsourced is not None:
                default = self.unsourced
            codes.append(names.setdefault(column.words[code] or default, len(names)))
        return TextColumn(_take(narrow(codes, len(names)), index), tuple(names))

    def _bounds(self) -> None:
        if not any(s and (s.minimum is not None or s.maximum is not None) for s in self._one_series):
            return
        series = self.raw.text["series"]
        low, high = (
            np.array([_or(None if s is None else getattr(s, name), default) for s in self._one_series])
            for name, default in (("minimum", -np.inf), ("maximum", np.inf))
        )
        values = self.raw.values
        number = self.raw.states == ValueState.NUMBER
        outside = number & ((values < _take(low, series.codes)) | (values > _take(high, series.codes)))

        def say(at: int) -> tuple[Text, Text]:
            found = self._one_series[series.codes[at]]
            assert found is not None
            return words.out_of_bounds(values[at], found)

        self._rows("out_of_bounds", "value", outside, say)

    def _duplicates(self, columns: Mapping[str, TextColumn]) -> None:
        """Facts given twice, with the rows of both; asked only of a file whose rows are sound."""
        group: Ints = np.zeros(len(self.raw.rows), np.uint8)
        groups = 1
        for name in ("area_system", "series", "dims"):
            pairs, group = _pairs(group, groups, columns[name].codes, len(columns[name].words))
            groups = len(pairs)
        key = group.astype(np.int64)  # in place: at thirty million rows every temporary is 240 MB
        for column in (columns["area"], columns["period"]):
            key *= len(column.words)
            key += column.codes
        if bool(np.all(key[1:] > key[:-1])):
            return
        order = np.argsort(key, kind="stable")
        sorted_key = key[order]
        same = np.flatnonzero(sorted_key[1:] == sorted_key[:-1])
        first_of = dict(zip(order[same + 1].tolist(), order[same].tolist(), strict=True))

        def say(second: int) -> tuple[Text, Text]:
            told = (columns[n].words[columns[n].codes[second]] for n in ("series", "dims", "area", "period"))
            return words.duplicate(" ".join(word for word in told if word), self._row(first_of[second]))

        self.log.add_rows("duplicate", say, self.raw.rows, np.sort(order[same + 1]))

    # Telling

    def _row(self, at: int) -> int:
        return int(self.raw.rows[at])

    def _rows(self, code: str, field: str, bad: Bools, say: Callable[[int], tuple[Text, Text]]) -> None:
        """Note one fault for every row where ``bad`` (n,) is true."""
        self.log.add_rows(code, say, self.raw.rows, np.flatnonzero(bad), field=field)

    def _each(
        self, index: Ints, bad: Sequence[bool], code: str, field: str, say: Callable[[int], tuple[Text, Text]]
    ) -> None:
        """Note one fault for every bad code in ``index`` (n,), at the first row that has it."""
        wrong = np.flatnonzero(np.array(bad, bool))
        if not len(wrong):
            return
        counts = np.bincount(index, minlength=len(bad))
        rows = np.flatnonzero(np.array(bad, bool)[index])
        _, first = np.unique(index[rows], return_index=True)
        self.log.count += max(0, len(first) - KEPT)  # the rest is counted, not worded
        for at in np.sort(rows[first])[:KEPT].tolist():
            found = int(index[at])
            self.log.add(code, *say(found), row=self._row(at), field=field, rows=int(counts[found]))


def _codes_of(system: AreaSystem) -> dict[str, str]:
    """Code by code or alias, as :meth:`AreaSystem.find`, which looks for near names whenever it finds none."""
    return {alias: a.code for a in system.areas for alias in a.aliases} | {a.code: a.code for a in system.areas}


def _or(bound: float | None, default: float) -> float:
    return default if bound is None else bound


def _take(of_code: npt.NDArray[Any], codes: Ints) -> npt.NDArray[Any]:
    return of_code[codes] if len(of_code) else np.zeros(len(codes), of_code.dtype)


def _pairs(one: Ints, ones: int, two: Ints, twos: int) -> tuple[Ints, Ints]:
    """Distinct pairs (k, 2) of two code columns, and for each row the number of its pair."""
    combined = one.astype(np.int64)
    combined *= max(1, twos)
    combined += two
    if ones * twos <= 1 << 24:
        used = np.zeros(ones * twos, bool)
        used[combined] = True
        distinct = np.flatnonzero(used)
        index = narrow(np.cumsum(used, dtype=np.int32) - 1, len(distinct))[combined]
    else:
        distinct, index = np.unique(combined, return_inverse=True)
    return np.stack([distinct // max(1, twos), distinct % max(1, twos)], axis=1), index
