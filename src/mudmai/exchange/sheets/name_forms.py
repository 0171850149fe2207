"""Words around area names, read from the ``name_forms.yaml`` of packs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from mudmai.core.area_names import NameForms
from mudmai.exchange.packs.findings import Findings
from mudmai.exchange.packs.pack import shipped_packs
from mudmai.exchange.packs.schema import NameFormsFile
from mudmai.exchange.packs.shape import read_shape
from mudmai.exchange.packs.yaml_lines import read_yaml

FILE = "name_forms.yaml"


def read_name_forms(folders: Iterable[Path]) -> NameForms:
    """The forms of all packs in ``folders`` that have any, later ones winning.

    Raises :class:`mudmai.core.errors.PackError` with file, line and key.
    """
    forms = NameForms()
    for folder in folders:
        if (folder / FILE).is_file():
            forms = forms.merged(_read(folder / FILE))
    return forms


@lru_cache(maxsize=1)
def shipped_name_forms() -> NameForms:
    """The forms of the packs that come with the product.

    >>> shipped_name_forms().prefixes["จังหวัด"]
    'province'
    """
    return read_name_forms(sorted(shipped_packs().iterdir()))


def _read(path: Path) -> NameForms:
    findings = Findings(path.parent.name)
    part = read_shape(NameFormsFile, read_yaml(path, path.name), path.name, findings)
    findings.raise_if_any()
    assert part is not None
    return NameForms(
        part.prefixes, part.suffixes, part.spellings, tuple(part.whole), tuple(part.short_of_parent), part.words
    )
