"""Area names as people write them, found in an area system: a code with a reason, or the candidates.

Names are never keys: they are read once, at the edge. A name may carry a word for its rank (จังหวัด, จ., Province), be an
abbreviation, an old spelling, written with other spaces or invisible signs, or be misspelt by a letter or two. What is
certain gets one code; a misspelling is only ever a *guess*, marked as such; a name of two areas is settled by the
areas that stand beside it or stays open, its candidates listed. Words of a language live in :class:`NameForms`, which a
pack provides; names and codes live in the area system.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

from mudmai.core.areas import Area, AreaSystem
from mudmai.core.language import to_arabic_digits

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_TONE_AFTER_AM = re.compile("\u0e33([\u0e48-\u0e4b])")
_REPEATED_MARK = re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1+")
_NOT_LETTER = re.compile(r"[^\w\u0e00-\u0e7f]+|_")
_MEMBERS = re.compile(r"^(?P<name>[^(]*)\((?P<members>.+)\)\s*$", re.DOTALL)
_MEMBER_JOINS = re.compile(r",|;|、|\band\b|\bAND\b|และ| กับ ")


@dataclass(frozen=True)
class NameForms:
    """How a language builds names around names: content of a pack, not knowledge of the program.

    ``prefixes``/``suffixes``: words before or after a name → the level they tell (empty: none). ``spellings``: another
    spelling → the name as area systems have it. ``whole``: words that stand for the area without a parent.
    ``short_of_parent``: names that mean this word and the name of the area above (เมือง in a province).
    ``words``: other words inside a name → the word that systems use.
    """

    prefixes: Mapping[str, str] = field(default_factory=dict)
    suffixes: Mapping[str, str] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    short_of_parent: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    def merged(self, other: NameForms) -> NameForms:
        """Both together; ``other`` wins on equal words."""
        return NameForms(
            {**self.prefixes, **other.prefixes},
            {**self.suffixes, **other.suffixes},
            {**self.spellings, **other.spellings},
            tuple(dict.fromkeys((*self.whole, *other.whole))),
            tuple(dict.fromkeys((*self.short_of_parent, *other.short_of_parent))),
            {**self.words, **other.words},
        )


class Reason(StrEnum):
    """Why a name was taken for an area."""

    CODE = "code"
    EXACT = "exact"
    FORM = "form"
    SPELLING = "spelling"
    ALIAS = "alias"
    MEMBERS = "members"
    CONTEXT = "context"
    GUESS = "guess"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FoundArea:
    """``code`` is set when one area is meant for certain; ``candidates`` are codes worth asking about, best first.

    ``confidence`` is 1 for certain readings, below 1 for guesses (then ``code`` is None), 0 for unknown names.
    """

    text: str
    code: str | None
    reason: Reason
    candidates: tuple[str, ...] = ()
    confidence: float = 0.0

    @property
    def guess(self) -> str | None:
        """The one code that a misspelt name most likely means."""
        return self.candidates[0] if self.reason is Reason.GUESS else None


@lru_cache(maxsize=1 << 16)
def fold_name(text: str) -> str:
    """The letters of a name only: no spaces, marks, case or invisible signs; one form of sara am and of แ.

    >>> fold_name("Si Sa Ket") == fold_name("SISAKET"), fold_name("ลํา ปาง") == fold_name("ลำปาง")
    (True, True)
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("เเ", "แ")
    plain = _TONE_AFTER_AM.sub("\\1\u0e33", _SARA_AM.sub("\\1\u0e33", plain))
    plain = _REPEATED_MARK.sub(r"\1", plain)
    return to_arabic_digits(_NOT_LETTER.sub("", plain)).casefold()


@dataclass(frozen=True)
class AreaNames:
    """The names of one area system, ready to be looked up in.

    >>> from mudmai.core.areas import Area, AreaSystem
    >>> from mudmai.core.language import Text, same
    >>> system = AreaSystem("s", same("s"), (Area("A-1", Text("ลำปาง", "Lampang"), "province"),))
    >>> AreaNames(system, NameForms(prefixes={"จ.": "province"})).find("จ.ลํา ปาง").code
    'A-1'
    """

    system: AreaSystem
    forms: NameForms = field(default_factory=NameForms)
    levels: tuple[str, ...] = ()
    """Levels preferred where areas of several levels bear one name."""

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for area in self.system.areas:
            for name in (area.name.th, area.name.en):
                for key in self._keys_of(name):
                    if area.code not in found.setdefault(key, []):
                        found[key].append(area.code)
        return {key: tuple(codes) for key, codes in found.items() if key}

    def _keys_of(self, name: str) -> set[str]:
        bare, _ = self._bare(name)
        return {fold_name(name), fold_name(bare), self._worded(name), self._worded(bare)}

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        found = {alias.casefold(): a.code for a in self.system.areas for alias in a.aliases}
        return found | {a.code.casefold(): a.code for a in self.system.areas}

    @cached_property
    def _prefixes(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By their first letter, the longest first."""
        return _grouped(self.forms.prefixes, lambda word: word[:1])

    @cached_property
    def _suffixes(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """By their last word, the longest first."""
        return _grouped(self.forms.suffixes, lambda word: word.rpartition(" ")[2])

    @cached_property
    def _spellings(self) -> Mapping[str, str]:
        return {fold_name(given): fold_name(name) for given, name in self.forms.spellings.items()}

    @cached_property
    def _words(self) -> Mapping[str, str]:
        return {given.casefold(): name for given, name in self.forms.words.items()}

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(map(fold_name, self.forms.whole))

    def find(
        self,
        text: str,
        *,
        context: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
        guessing: bool = True,
    ) -> FoundArea:
        """The area that ``text`` means.

        ``context`` are codes known to lie above it or beside it (from other columns); ``aliases`` are texts learnt
        before (as :func:`fold_name` writes them) → code. Without ``guessing`` misspelt names are unknown, at once.
        """
        key = fold_name(text)
        if not key:
            return FoundArea(text, None, Reason.UNKNOWN)
        if aliases and key in aliases and aliases[key] in self.system.by_code:
            return FoundArea(text, aliases[key], Reason.ALIAS, (aliases[key],), 1.0)
        plain = _INVISIBLE.sub("", text).strip()
        code = self._codes.get(to_arabic_digits(plain).casefold())
        if code is not None:
            return FoundArea(text, code, Reason.CODE, (code,), 1.0)
        open_one: FoundArea | None = None
        for reason, codes in self._readings(text, key, context):
            if codes:
                found = self._settled(text, reason, codes, context)
                if found.code is not None or not context or self._inside(codes, context):
                    return found
                open_one = open_one or found  # areas elsewhere: another reading may lie where the others say
        if open_one is not None:
            return open_one
        return self._guessed(text, context) if guessing else FoundArea(text, None, Reason.UNKNOWN)

    def _readings(self, text: str, key: str, context: Sequence[str]) -> Iterable[tuple[Reason, tuple[str, ...]]]:
        bare, level = self._bare(text)
        exact = self._by_name.get(key, ())
        yield Reason.EXACT, tuple(c for c in exact if not level or self._exactly(c, key, level))
        if bare != text:
            named = self._by_name.get(fold_name(bare), ())
            same_level = tuple(c for c in named if self.system.by_code[c].level == level)
            yield Reason.FORM, same_level or (() if level in self.system.levels else named)
        for one in (key, fold_name(bare)):
            if one in self._spellings:
                yield Reason.SPELLING, self._by_name.get(self._spellings[one], ())
        if key in self._whole or fold_name(bare) in self._whole:
            yield Reason.FORM, tuple(a.code for a in self.system.areas if a.parent is None)
        worded = self._worded(bare)
        if worded != fold_name(bare):
            yield Reason.SPELLING, self._by_name.get(worded, ())
        yield Reason.FORM, self._short_of_parent(bare, context)
        yield Reason.MEMBERS, self._by_members(text)

    def _exactly(self, code: str, key: str, level: str) -> bool:
        """Whether a name that tells a level may mean this area: its own name has the word too, or its level is it."""
        area = self.system.by_code[code]
        return area.level == level or key in {fold_name(area.name.th), fold_name(area.name.en)}

    def _bare(self, text: str) -> tuple[str, str]:
        """``text`` without the words for its rank, and the level they tell (empty: none)."""
        plain, level = " ".join(_INVISIBLE.sub("", text).split()), ""
        folded = plain.casefold()
        for prefix, told in self._prefixes.get(folded[:1], ()):
            if folded.startswith(prefix.casefold()) and len(fold_name(plain[len(prefix) :])) > 1:
                after = plain[len(prefix) :]
                if prefix[-1].isascii() and prefix[-1].isalpha() and not after.startswith((" ", ".")):
                    continue
                plain, level = after.strip(" ."), told
                break
        last = plain.rpartition(" ")[2].casefold()
        for suffix, told in self._suffixes.get(last, ()):
            if plain.casefold().endswith(" " + suffix.casefold()):
                plain, level = plain[: -len(suffix)].strip(), level or told
                break
        return plain, level

    def _worded(self, text: str) -> str:
        words = self._words
        parts = [words.get(part.casefold(), part) for part in re.split(r"[\s,.-]+", text) if part]
        return fold_name(" ".join(parts))

    def _short_of_parent(self, text: str, context: Sequence[str]) -> tuple[str, ...]:
        key = fold_name(text)
        shorts = [short for short in self.forms.short_of_parent if fold_name(short) == key]
        found: list[str] = []
        for short in shorts:
            for code in context:
                above = self.system.by_code.get(code)
                for name in (above.name.th, above.name.en) if above else ():
                    found += self._by_name.get(fold_name(short + name), ())
        return tuple(dict.fromkeys(found))

    def _by_members(self, text: str) -> tuple[str, ...]:
        """A group named with its members in brackets: the area that has exactly these children."""
        match = _MEMBERS.match(text.strip())
        if match is None:
            return ()
        words = [word for word in _MEMBER_JOINS.split(match["members"]) if word.strip()]
        if len(words) < 2:
            return ()
        found = [self.find(word) for word in words]
        codes = {one.code or one.guess for one in found}
        if None in codes:
            return ()
        return tuple(code for code, children in self.system.children_of.items() if set(children) == codes)

    def _settled(self, text: str, reason: Reason, codes: tuple[str, ...], context: Sequence[str]) -> FoundArea:
        if len(codes) == 1:
            return FoundArea(text, codes[0], reason, codes, 1.0)
        inside = self._inside(codes, context)
        if len(inside) == 1:
            return FoundArea(text, inside[0], Reason.CONTEXT, inside, 1.0)
        for level in self.levels:
            ranked = tuple(c for c in inside or codes if self.system.by_code[c].level == level)
            if len(ranked) == 1:
                return FoundArea(text, ranked[0], Reason.CONTEXT, ranked, 1.0)
        return FoundArea(text, None, Reason.AMBIGUOUS, inside or codes, 0.0)

    def _inside(self, codes: Iterable[str], context: Sequence[str]) -> tuple[str, ...]:
        """Those of ``codes`` that lie below an area of the context."""
        above = set(context)
        return tuple(c for c in codes if above & {a.code for a in self.system.ancestors(c)}) if above else ()

    @cached_property
    def _letters(self) -> tuple[tuple[str, int, int, tuple[str, ...]], ...]:
        """Names with their length and, as bits, which letters they have: what a misspelling can hardly change."""
        return tuple((name, len(name), _bits(name), codes) for name, codes in self._by_name.items())

    def _guessed(self, text: str, context: Sequence[str]) -> FoundArea:
        bare, level = self._bare(text)
        keys = {fold_name(text), fold_name(bare)}
        best: dict[str, int] = {}
        for key in keys:
            size, bits, most = len(key), _bits(key), 0 if len(key) < 4 else 1 if len(key) < 6 else 2
            for name, length, letters, codes in self._letters if most else ():
                if abs(length - size) > most or length < 3 or (letters ^ bits).bit_count() > 2 * most:
                    continue
                away = letters_apart(key, name, most)
                if away <= most:
                    for code in codes:
                        best[code] = min(away, best.get(code, away))
        if level in self.system.levels:
            best = {code: n for code, n in best.items() if self.system.by_code[code].level == level} or best
        if not best:
            return FoundArea(text, None, Reason.UNKNOWN)
        nearest = min(best.values())
        codes = tuple(code for code, n in best.items() if n == nearest)
        codes = self._inside(codes, context) or codes
        others = tuple(code for code, n in sorted(best.items(), key=lambda item: item[1]) if code not in codes)
        if len(codes) > 1:
            return FoundArea(text, None, Reason.AMBIGUOUS, (*codes, *others)[:8], 0.0)
        confidence = max(0.3, 1 - 1.5 * nearest / max(map(len, keys)) - 0.1 * bool(others))
        return FoundArea(text, None, Reason.GUESS, (*codes, *others)[:8], round(confidence, 2))


def _bits(name: str) -> int:
    """Which letters ``name`` has; one letter changed changes at most two bits."""
    found = 0
    for letter in name:
        found |= 1 << ord(letter) % 127
    return found


def _grouped(forms: Mapping[str, str], key: Callable[[str], str]) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for word, level in sorted(forms.items(), key=lambda item: -len(item[0])):
        found.setdefault(key(word.casefold()), []).append((word, level))
    return {first: tuple(words) for first, words in found.items()}


def letters_apart(one: str, other: str, most: int) -> int:
    """How many letters must be added, dropped, changed or swapped with their neighbour; above ``most``: ``most`` + 1.

    >>> letters_apart("ayutthaya", "ayuthaya", 2), letters_apart("nan", "tak", 1), letters_apart("abcd", "abdc", 2)
    (1, 2, 1)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before_last, last = last, row
    return min(last[-1], most + 1)


def area_words(area: Area) -> str:
    """An area as candidates are listed: ``TH-50 (เชียงใหม่, Chiang Mai)``."""
    return f"{area.code} ({area.name.th}, {area.name.en})"
