"""The signing key: made once, private, never replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mudmai.core.errors import FaultError
from mudmai.site.secret import FILE_NAME, signing_key


def test_it_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = signing_key(home)
    assert len(first) >= 64
    assert signing_key(home) == first
    assert stat.S_IMODE((home / FILE_NAME).stat().st_mode) == 0o600
    assert [p.name for p in home.iterdir()] == [FILE_NAME]


def test_many_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(signing_key, [tmp_path] * 32))) == 1


def test_a_damaged_key_is_a_fault_and_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("short")
    with pytest.raises(FaultError):
        signing_key(tmp_path)
    assert (tmp_path / FILE_NAME).read_text() == "short"
