"""The language in which the command line speaks, and help that is written in both.

``--lang`` decides, then ``MUDMAI_LANG``, then the language of the terminal (``LC_ALL``, ``LC_MESSAGES``, ``LANG``);
otherwise English.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from mudmai.core.language import Language, Text

_META = "mudmai.lang"
_HEADINGS = {"Usage: ": "วิธีใช้: ", "Options": "ตัวเลือก", "Commands": "คำสั่ง", "Examples": "ตัวอย่าง"}

F = TypeVar("F", bound=Callable[..., Any])


def language_of_environment(variables: Mapping[str, str] | None = None) -> Language:
    """The language that the environment asks for.

    >>> language_of_environment({"LANG": "th_TH.UTF-8"}), language_of_environment({"LANG": "C"})
    ('th', 'en')
    """
    known = os.environ if variables is None else variables
    for name in ("MUDMAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := known.get(name, "").strip():
            return "th" if value.lower().startswith("th") else "en"
    return "en"


def language_of(context: click.Context | None = None) -> Language:
    """The language of the running command."""
    context = context or click.get_current_context(silent=True)
    chosen: Language | None = context.meta.get(_META) if context else None
    return chosen or language_of_environment()


def say(text: Text) -> str:
    """``text`` in the language of the running command."""
    return text.in_(language_of())


class _SpokenHelp(click.HelpFormatter):
    """Headings in the language of the command."""

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading) if language_of() == "th" else heading)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        prefix = prefix or "Usage: "
        super().write_usage(prog, args, _HEADINGS["Usage: "] if language_of() == "th" else prefix)


class _SpokenContext(click.Context):
    formatter_class = _SpokenHelp


class SpokenOption(click.Option):
    """An option whose help is a :class:`Text`."""

    def __init__(self, *arguments: Any, text: Text, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = self.text.in_(language_of(ctx))
        return super().get_help_record(ctx)


class SpokenCommand(click.Command):
    """A command whose help is a :class:`Text`, with examples: pairs of a command line and what it is for."""

    context_class = _SpokenContext

    def __init__(self, *arguments: Any, text: Text, examples: Sequence[tuple[str, Text]] = (), **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.text = text
        self.examples = tuple(examples)
        self.params.append(_lang_option())

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None and language_of(ctx) == "th":
            option.help = "แสดงวิธีใช้"
        return option

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.help = self.text.in_(language_of(ctx))
        super().format_help_text(ctx, formatter)

    def get_short_help_str(self, limit: int = 100) -> str:
        return self.text.in_(language_of()).partition("\n\n")[0].replace("\n", " ")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(self.examples, ctx, formatter)


class SpokenGroup(SpokenCommand, click.Group):
    """A group of commands, shown in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def write_examples(examples: Sequence[tuple[str, Text]], ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The examples below the help: what it is for, then the line to type."""
    if not examples:
        return
    with formatter.section("Examples"):
        for line, purpose in examples:
            formatter.write(f"{' ' * formatter.current_indent}# {purpose.in_(language_of(ctx))}\n")
            formatter.write(f"{' ' * formatter.current_indent}{line}\n")


def option(*names: str, text: Text, **settings: Any) -> Callable[[F], F]:
    """``click.option`` with help in both languages."""
    return click.option(*names, cls=SpokenOption, text=text, **settings)


def _lang_option() -> click.Option:
    def keep(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.meta[_META] = value

    return SpokenOption(
        ["--lang"],
        type=click.Choice(["th", "en"]),
        is_eager=True,
        expose_value=False,
        callback=keep,
        text=Text("ภาษาของข้อความ", "language of what is said"),
    )
