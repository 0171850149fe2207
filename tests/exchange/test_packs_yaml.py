"""YAML that remembers lines, and refuses what a pack has no use for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mudmai.core.errors import PackError
from mudmai.exchange.packs import yaml_lines
from mudmai.exchange.packs.yaml_lines import parse_yaml, read_yaml


def test_data_and_lines() -> None:
    document = parse_yaml("a: 1\nb:\n  - id: x\n    v: [1, 2]\n  - id: y\n", "x.yaml")
    assert document.data == {"a": 1, "b": [{"id": "x", "v": [1, 2]}, {"id": "y"}]}
    assert document.line_of(("b", 1, "id")) == 5
    assert document.line_of(("b", 0, "v", 1)) == 4
    assert document.line_of(("b", 0, "unit")) == 3, "a key that is absent: the part it was looked for in"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("0702", "0702"),
        ("010", "010"),
        ("1:30", "1:30"),
        ("2011-03-23", "2011-03-23"),
        ("'2019'", "2019"),
        ("2019", 2019),
        ("-1.5", -1.5),
        ("1e3", 1000.0),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("~", None),
        ("", None),
        ("๒๕๖๖", "๒๕๖๖"),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    found = parse_yaml(f"a: {text}", "x.yaml").data["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: &x 2", 2, "anchors"),
        ("a: 1\nb: *x", 2, "anchors"),
        ("a: 1\n\na: 2", 3, "twice (first on line 1)"),
        ("a:\n  - b: 1\n    b: 2", 3, "twice (first on line 2)"),
        ("a: !!python/object/apply:os.system [x]", 1, "tags"),
        ("a: 1\n---\nb: 2", 2, "several YAML documents"),
        ("a: [1\nb: 2", 2, "not well-formed"),
        ("? [1]\n: 2", 1, "a key must be plain text"),
        ("a: " + "[" * 100_000, 1, "nested deeper"),
    ],
)
def test_refused_with_the_line(text: str, line: int, said: str) -> None:
    with pytest.raises(PackError) as caught:
        parse_yaml(text, "x.yaml")
    assert said in caught.value.message.en
    assert (caught.value.where.file, caught.value.where.line) == ("x.yaml", line)
    assert caught.value.message.th
    assert caught.value.remedy.th


def test_an_expansion_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20)
    )
    with pytest.raises(PackError, match="anchors"):
        parse_yaml(bomb, "bomb.yaml")


def test_limits_of_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("a: " + "x" * 100, encoding="utf-8")
    monkeypatch.setattr(yaml_lines, "MAX_BYTES", 50)
    with pytest.raises(PackError, match="too large"):
        read_yaml(file, "plan.yaml")
    monkeypatch.setattr(yaml_lines, "MAX_ITEMS", 3)
    with pytest.raises(PackError, match="more than 3 values"):
        parse_yaml("[1, 2, 3, 4]", "plan.yaml")


def test_text_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes("a: 1\nb: ไทย\n".encode("cp874"))
    with pytest.raises(PackError, match="UTF-8") as caught:
        read_yaml(file, "plan.yaml")
    assert caught.value.where.line == 2


def test_control_characters_are_told(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read"):
        parse_yaml("a: \x00", "x.yaml")
