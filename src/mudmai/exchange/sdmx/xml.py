"""Parts that all SDMX-ML 2.1 messages share: namespaces, header, names, references, errors."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from mudmai.core.language import Text
from mudmai.exchange.sdmx.flow import AGENCY, VERSION

_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
NAMESPACES = {
    "mes": f"{_BASE}/message",
    "str": f"{_BASE}/structure",
    "com": f"{_BASE}/common",
    "gen": f"{_BASE}/data/generic",
    "ss": f"{_BASE}/data/structurespecific",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def opening(name: str, *prefixes: str, more: str = "") -> str:
    """The declaration and the start tag of a message."""
    spaces = "".join(f' xmlns:{p}="{NAMESPACES[p]}"' for p in ("mes", *prefixes))
    return f"{DECLARATION}<mes:{name}{spaces}{more}>"


def header(message: str, prepared: datetime | None, structure: str = "") -> str:
    """A header; ``prepared`` is when the rows were published, so that equal content gives equal messages."""
    when = (prepared or datetime.fromtimestamp(0, UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sender = f'<mes:Sender id="{AGENCY}">{names(Text("หมุดหมาย", "Mudmai"))}</mes:Sender>'
    return (
        f"<mes:Header><mes:ID>{escape(message)}</mes:ID><mes:Test>false</mes:Test>"
        f"<mes:Prepared>{when}</mes:Prepared>{sender}{structure}</mes:Header>"
    )


def names(text: Text) -> str:
    """``com:Name`` in both languages, English first (clients without a preference show the first)."""
    return f'<com:Name xml:lang="en">{clean(text.en)}</com:Name><com:Name xml:lang="th">{clean(text.th)}</com:Name>'


def descriptions(text: Text) -> str:
    """``com:Description`` in both languages; nothing when there is none."""
    if not text.en:
        return ""
    said = "".join(f'<com:Description xml:lang="{c}">{clean(t)}</com:Description>' for c, t in
                   (("en", text.en), ("th", text.th)))  # fmt: skip
    return said


def reference(kind: str, package: str, name: str, parent: str = "") -> str:
    """A reference to a maintainable object of ours, or with ``parent`` to an item in it."""
    if parent:
        return (f'<Ref id="{name}" maintainableParentID="{parent}" maintainableParentVersion="{VERSION}" '
                f'agencyID="{AGENCY}" package="{package}" class="{kind}"/>')  # fmt: skip
    return f'<Ref id="{name}" version="{VERSION}" agencyID="{AGENCY}" package="{package}" class="{kind}"/>'


def clean(text: str) -> str:
    """Text for XML: escaped, without the control characters that XML 1.0 cannot hold.

    >>> clean("a < b\\x07")
    'a &lt; b'
    """
    return escape("".join(c for c in text if c >= " " or c in "\t\n\r"))


def attribute(text: str) -> str:
    """A quoted attribute value."""
    return quoteattr("".join(c for c in text if c >= " "))


def error(code: int, text: Text) -> bytes:
    """An error message; codes are those of the REST standard (100: no results, 140: syntax, 500: our fault)."""
    told = f'<com:Text xml:lang="en">{clean(text.en)}</com:Text><com:Text xml:lang="th">{clean(text.th)}</com:Text>'
    body = f'<mes:ErrorMessage code="{code}">{told}</mes:ErrorMessage></mes:Error>'
    return (opening("Error", "com") + body).encode("utf-8")
