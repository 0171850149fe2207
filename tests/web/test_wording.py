"""The catalogue of wordings: both languages, every key used, every used key there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mudmai.web
from mudmai.core.errors import FaultError
from mudmai.core.verdicts import Reason
from mudmai.exchange.sheets.recipe import Meaning
from mudmai.web.templatetags.mudmai_intake import ROLES
from mudmai.web.views.catalogue.dataset import ADDRESSES
from mudmai.web.views.catalogue.search import FORMATS
from mudmai.web.views.downloads import CARD_COLUMNS
from mudmai.web.views.indicator import COLUMNS
from mudmai.web.wording import day_count, wording, wordings
from mudmai.workspace.catalogue_entries import FACETS
from mudmai.workspace.recipe_answers import RULES

WEB = Path(mudmai.web.__file__).parent
THAI = re.compile("[\u0e00-\u0e7f]")


def keys_in_use() -> set[str]:
    """Keys named in templates and views; reasons, levels and table heads are named by what they speak of."""
    found = {f"reason.{one.value}" for one in Reason}
    found |= {f"level.{one}" for one in ("kingdom", "region", "province", "zone")}
    found |= {f"table.{one}" for one in COLUMNS}
    found |= {f"column.{one}" for one in CARD_COLUMNS}
    found |= {f"facet.{one}" for one in FACETS}
    found |= {f"dataset.file_{one}" for one in FORMATS} | {f"dataset.address_{one}" for one in ADDRESSES}
    found |= {f"reading.is_{one.value}" for one in Meaning} | {"reading.is_unread"}
    found |= {f"reading.role_{one}" for one in ROLES} | {f"reading.rule_{one}" for one in RULES}
    found |= {f"reading.{name}_{one}" for name, choices in RULES.items() for one in choices}
    found |= {f"within.level_{one}" for one in ("region", "kingdom", "other")}
    for path in WEB.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'{%\s*t\s+"([\w.]+)"', text))
        for pair in re.findall(r'{%\s*(?:field|choose)\s+\S+\s+"([\w.]+)"(?:\s+"([\w.]+)")?', text):
            found |= {key for key in pair if "." in key}
    for path in WEB.rglob("*.py"):
        found |= set(re.findall(r"""(?:wording\(|tell\(request, )["']([\w.]+)["']""", path.read_text(encoding="utf-8")))
    return found


def composed_keys() -> re.Pattern[str]:
    """Keys that the pages put together from a table's name and a word: ``f"conn.{name}_help"`` in Python, and
    ``"conn.state_"|add:word`` in a template."""
    tables = "|".join(sorted({key.partition(".")[0] for key in wordings()}))
    found: set[str] = set()
    for path in [*WEB.rglob("*.py"), *WEB.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        for key in re.findall(rf"""f["']((?:{tables})\.[\w.{{}}()\[\]]*{{[^"']*)["']""", text):
            found.add(re.sub(r"\\{[^}]*\\}", r"\\w+", re.escape(key)))
        found |= {re.escape(key) + r"\w+" for key in re.findall(rf"""["']((?:{tables})\.\w*)["']\|add:""", text)}
    return re.compile("|".join(sorted(found)) or "(?!)")


def named_keys() -> set[str]:
    """Every key that stands in a page or a view as it is."""
    files = [*WEB.rglob("*.py"), *WEB.rglob("*.html")]
    return {key for path in files for key in re.findall(r"""["'](\w+\.\w+)["']""", path.read_text(encoding="utf-8"))}


def test_no_key_is_missing() -> None:
    assert keys_in_use() - set(wordings()) == set()


def test_no_key_lies_idle() -> None:
    composed = composed_keys()
    idle = set(wordings()) - keys_in_use() - named_keys()

    assert {key for key in idle if not composed.fullmatch(key)} == set()


def test_thai_is_thai_and_english_is_english() -> None:
    mixed = {"areas.placeholder", "cite.copy_th"}
    for key, text in wordings().items():
        assert THAI.search(text.th), key
        assert key in mixed or not THAI.search(text.en), key


def test_both_languages_have_the_same_places() -> None:
    for key, text in wordings().items():
        assert set(re.findall(r"{(\w+)}", text.th)) == set(re.findall(r"{(\w+)}", text.en)), key


def test_words_agree_with_their_number() -> None:
    assert day_count(1).en == "1 day" and day_count(2).en == "2 days"
    assert wording("cal.days_over", days=1).en == "1 day over" and wording("cal.days_over", days=0).en == "0 days over"
    assert wording("reports.days_over", days="๑").en == "๑ day overdue"
    assert wording("within.count", level="country", met=1, all=7).en == "Against the country: 1 of 7 areas meets it"
    for key, text in wordings().items():
        one = text.format(**dict.fromkeys(re.findall(r"{(\w+)", text.en), 1)).en
        assert not re.search(
            r"(?<!of )\b1 (more )?(days|rows|projects|reports|values|areas|cells|columns|items)\b", one
        ), key


def test_a_percentage_has_no_space() -> None:
    spaced = re.compile(r"(?:[0-9}]) %(?![\w({])")
    assert [key for key, text in wordings().items() if spaced.search(text.th) or spaced.search(text.en)] == []
    drawn = re.compile(r"(?:%}|}}) %(?!})")
    pages = [path.name for path in WEB.glob("templates/**/*.html") if drawn.search(path.read_text(encoding="utf-8"))]
    assert pages == []


def test_an_unknown_key_is_a_fault() -> None:
    with pytest.raises(FaultError):
        wording("site.nothing")
