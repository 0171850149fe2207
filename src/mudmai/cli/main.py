"""The entry point ``mudmai``: options that hold for all commands, and how every end is told to people and to shells.

Exit codes: 0 fine; 1 the user's input is at fault; 2 the command was called in a way it does not know; 3 our own fault.
Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence

import click

from mudmai.cli.commands import LazyGroup
from mudmai.cli.wording import language_of_environment
from mudmai.core.errors import FaultError, MudmaiError
from mudmai.core.language import Language, Text

FINE, INPUT, USAGE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
_USERS_ERRNO = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EISDIR, errno.ENOTDIR}
)
"""What a disk or a folder says that the user can mend."""


@click.group(
    name="mudmai",
    cls=LazyGroup,
    text=Text(
        "แผนพัฒนาพื้นที่และเมืองในรูปข้อมูล: ติดตาม ตัดสิน และแสดงที่มาของทุกตัวเลข\n\n"
        "ทุกอย่างอยู่ในโฟลเดอร์ MUDMAI_HOME (ปกติคือ ./var) ปีใส่ได้ทั้ง พ.ศ. และ ค.ศ.",
        "Development plans of areas and cities as data: monitored, judged, every figure explained.\n\n"
        "Everything lives in the folder MUDMAI_HOME (default: ./var). Years may be Buddhist or Common Era.",
    ),
    examples=[
        ("mudmai init", Text("เริ่มต้นครั้งแรก", "the first time")),
        ("mudmai score --year 2562", Text("ผลของทุกตัวชี้วัด ปี 2562", "every indicator, judged for 2019")),
        ("mudmai serve", Text("เปิดหน้าเว็บที่ http://127.0.0.1:8000", "the pages at http://127.0.0.1:8000")),
    ],
)
@click.version_option(package_name="mudmai", message="%(prog)s %(version)s")
def mudmai() -> None:
    """See ``text`` above: the help in both languages."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code; every error is told on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = mudmai.main(args=given, prog_name="mudmai", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else FINE
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        return USAGE
    except click.ClickException as error:
        error.show()
        return USAGE if isinstance(error, click.UsageError) else INPUT
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell(Text("หยุดตามคำสั่ง ไม่มีข้อมูลเปลี่ยน", "stopped"), given)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has left: nobody to tell, and stdout must not complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except FaultError as error:
        return _fault(error, given)
    except MudmaiError as error:
        language = _language(given)
        # A formula stands above a caret that points into it: nothing may push the line to the right.
        gap = "\n" if getattr(error, "source", "") else " "
        click.echo(f"{_word(language)}:{gap}{error.words(language)}", err=True)
        return INPUT
    except OSError as error:
        if error.errno not in _USERS_ERRNO and not _home_cannot_be_made(error):
            return _fault(error, given)
        place = error.filename or "?"
        _tell(Text(f"ใช้ {place} ไม่ได้ ({error.strerror})", f"{place} cannot be used ({error.strerror})"), given)
        return INPUT
    except Exception as error:  # the last door: whatever is left is our own fault, kept for whoever mends it
        return _fault(error, given)


def _home_cannot_be_made(error: OSError) -> bool:
    """A workspace folder that is not there and could not be made: the user named a place that takes none."""
    from mudmai.cli.home import home  # only on the way to an error

    place = home().absolute()
    return error.errno == errno.ENOENT and str(error.filename).startswith(str(place)) and not place.exists()


def main() -> None:
    """What the ``mudmai`` command calls."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # Thai must not break under a C locale
    sys.exit(run())


def _language(arguments: Sequence[str]) -> Language:
    """The language for an error, found in the bare arguments: the command's own context is gone by now."""
    for i, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument != "--lang" else (*arguments, "")[i + 1]
        if argument.startswith("--lang") and value in ("th", "en"):
            return "th" if value == "th" else "en"
    return language_of_environment()


def _word(language: Language) -> str:
    return "ผิดพลาด" if language == "th" else "Error"


def _tell(text: Text, arguments: Sequence[str]) -> None:
    language = _language(arguments)
    click.echo(f"{_word(language)}: {text.in_(language)}", err=True)


def _fault(error: Exception, arguments: Sequence[str]) -> int:
    """Our own fault: a short message, the whole trace kept in the workspace (``MUDMAI_DEBUG=1`` shows it)."""
    from mudmai.cli.faults import keep_trace  # only on the way to a fault

    language = _language(arguments)
    if isinstance(error, FaultError):
        click.echo(f"{_word(language)}: {error.words(language)}", err=True)
    kept = keep_trace(error, arguments)
    said = Text(
        f"เกิดข้อผิดพลาดภายในระบบ ({type(error).__name__}) ไม่ใช่ความผิดของคุณ รายละเอียดอยู่ที่ {kept}",
        f"a fault of ours ({type(error).__name__}), not of yours; the details are in {kept}",
    )
    click.echo(f"{_word(language)}: {said.in_(language)}", err=True)
    return FAULT
