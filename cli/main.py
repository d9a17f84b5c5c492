"""`engage`: the command. Parses, asks the ledger, prints; refusals are put into words here and nowhere else.

Commands are imported when they are called, so that help, version and completion cost no more than click.
"""

from __future__ import annotations

import gc
import io
import itertools
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click
from click.core import ParameterSource

from .. import __version__
from ..domain.streams import KINDS
from .defaults import COLOURS, DEFAULT_LEDGER
from .everywhere import COLOR, LEDGER, NO_PAGER, QUIET, everywhere
from .help_pages import write_examples
from .paging import choose_pager
from .printing import choose_colours
from .quiet import choose_quiet
from .typed import as_typed

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

QUESTIONS: Final = {
    "status": ("status.status", "What status each part has on a day."),
    "show": ("questions.show", "What is known of one aggregate, or of one entry."),
    "log": ("questions.log", "The entries, in order of recording or of happening."),
    "timeline": ("questions.timeline", "The periods of one stream, as bars."),
    "catch-up": ("catch_up.catch_up", "What the ledger learned since you last looked."),
    "diff": ("questions.diff", "What changed between two days, or what was learned between two moments."),
    "blame": ("questions.blame", "Which entry set each value, who recorded it, and from which source."),
    "brief": ("brief.brief", "What to know before a meeting: two parties, a stream or a theme on one page."),
    "due": ("questions.due", "What is due, overdue, awaiting its outcome, or silent."),
    "search": ("questions.search", "Entries that contain all of these words."),
    "replay": ("questions.replay", "Derive all periods step by step from entry 1, and compare with what is stored."),
}
CARE: Final = {
    "init": ("care.init", "Make an empty ledger."),
    "demo": ("care.demo", "Build the example ledger and ask it questions."),
    "append": ("recording.append", "Record facts from a file (YAML or JSON lines), all or none."),
    "import": ("recording.import_", "Take in a large register (JSON lines); safe to run again."),
    "correct": ("recording.correct", "An entry was recorded wrongly: give fields other values."),
    "retract": ("recording.retract", "An entry was never true: leave it out from now on."),
    "call-off": ("call_off.call_off", "What was announced is not to take effect."),
    "source": ("sources.source", "Archive the documents that citations quote."),
    "check": ("care.check", "Look for what is irregular; silent when clean."),
    "key": ("proof.key", "The key that signs checkpoints; it is kept outside the ledger."),
    "checkpoint": ("proof.checkpoint", "Sign a statement of what the ledger holds now: its size and its root."),
    "prove": ("proof.prove", "Prove that an entry is in the ledger, or that a checkpoint extends an older one."),
    "verify": ("care.verify", "Recompute lines, leaves and root, and compare with what is stored."),
    "audit": ("copies.audit", "Write a report for whoever audits the ledger."),
    "backup": ("copies.backup", "Copy the ledger while others record in it."),
    "restore": ("copies.restore", "Make a ledger anew from a copy or an export."),
    "rebuild": ("care.rebuild", "Derive all periods again from the entries, and replace those that differ."),
    "upgrade": ("care.upgrade", "Convert a ledger of an earlier version to this version's layout."),
    "export": ("care.export", "Write out the entries, byte for byte, one per line."),
    "schema": ("care.schema", "The types of facts, their JSON Schemas, and the themes."),
    "doctor": ("care.doctor", "What this installation and this ledger look like."),
    "which": ("which.which", "Which command records what a statement says."),
    "help": ("helping.help_", "Show what a command does and takes."),
    "completion": ("care.completion", "Print the script by which Tab completes commands in a shell."),
}
_RECORDING: Final = ("append", "import", "correct", "retract", "call-off", "source", "which")


class Commands(click.Group):
    """Finds commands by name without importing the others, and translates refusals into words and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*KINDS, *QUESTIONS, *CARE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in KINDS:
            from .nouns import noun

            return everywhere(noun(cmd_name, KINDS[cmd_name]))
        place = QUESTIONS.get(cmd_name) or CARE.get(cmd_name)
        if place is None:
            return None
        module, _, name = place[0].partition(".")
        command: click.Command = getattr(import_module(f".{module}", __package__), name)
        return everywhere(command)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        summaries = {**KINDS, **{name: said for name, (_, said) in {**QUESTIONS, **CARE}.items()}}
        return [
            *(CompletionItem(name, help=said) for name, said in summaries.items() if name.startswith(incomplete)),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from ..domain.near_names import meant, near

            hint = meant(near(args[0], self.list_commands(ctx)), "see what there is: engage --help")
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx) from error

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(ctx, formatter)
        super().format_help_text(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections = (
            ("Record", KINDS),
            (
                "Record many, or put right",
                {k: v[1] for k, v in CARE.items() if k in _RECORDING},
            ),
            ("Ask", {k: v[1] for k, v in QUESTIONS.items()}),
            (
                "Maintain",
                {k: v[1] for k, v in CARE.items() if k not in _RECORDING},
            ),
        )
        for title, commands in sections:
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))


@click.command(
    cls=Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "ENGAGE",
    },
    epilog="Settings of a folder, such as its ledger, are in engage.toml; engage doctor says which apply.",
)
@click.option(
    "--ledger",
    "ledger",
    metavar="FILE",
    envvar="ENGAGE_LEDGER",
    default=DEFAULT_LEDGER,
    show_default=True,
    type=click.Path(readable=False),
    help=LEDGER,
)
@click.option("--color", type=click.Choice(COLOURS), default=COLOURS[0], help=COLOR)
@click.option("-q", "--quiet", is_flag=True, help=QUIET)
@click.option("--no-pager", is_flag=True, help=NO_PAGER)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.version_option(__version__, prog_name="engage")
def engage(ledger: str, color: str, quiet: bool, no_pager: bool, debug: bool) -> None:
    """A record of diplomatic engagement, in which entries are added and never changed.

    What was the state of play on a day? What was known at the time? Who says so? Is it still what was recorded?
    """
    choose_colours(color)
    choose_quiet(quiet)
    choose_pager(not no_pager)
    if not ledger:
        raise click.UsageError("--ledger names no file")


def main() -> None:
    """Run the command; the process ends with the documented exit code."""
    if hasattr(signal, "SIGPIPE"):
        # A reader that has seen enough (| head) ends us quietly, as it ends other Unix tools.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # Starting up makes many objects and hardly any cycle: searching them for cycles is a twentieth of a command.
    gc.set_threshold(50_000, 20, 50)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started us has it ignored
        signal.signal(signal.SIGINT, _interrupt)
        sys.unraisablehook = _unraised
    _stand_in_for_closed_streams()
    sys.exit(run(sys.argv[1:]))


_interrupts: list[int] = []
"""Each Ctrl-C so far."""


def _interrupt(number: int, _frame: object) -> NoReturn:
    """Note a Ctrl-C and raise it. Where Python or a library swallows it, or wraps it in another error, what comes of
    the command is not to be believed: a validator that was just being made refuses everything, say.
    """
    _interrupts.append(number)
    raise KeyboardInterrupt


def _unraised(what: sys.UnraisableHookArgs) -> None:
    """Say nothing of a Ctrl-C that a library could not pass on: it is noted, and said at the end."""
    if not isinstance(what.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(what)


def _stand_in_for_closed_streams() -> None:
    """Put something in the place of a standard stream that was closed (`>&-`), lest a file of ours gets its number.

    Writing an answer to a closed standard output fails, as it does elsewhere; messages are lost, as they were to be.
    """
    for name, flags, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            raw = io.FileIO(os.open(os.devnull, flags), mode)
            setattr(sys, name, io.TextIOWrapper(raw, encoding="utf-8", write_through=True))


def run(args: list[str]) -> int:
    """Run the command with `args` and return its exit code."""
    try:
        code = _run(args)
    except KeyboardInterrupt:
        code = 130
    if code and (_interrupts or code == 130):
        click.echo("interrupted: nothing more was written", err=True)
        return 130
    return code


def _run(args: list[str]) -> int:
    choose_colours("auto")
    try:
        if "_ENGAGE_COMPLETE" in os.environ:
            from .shells import answer

            answer(engage, args)
            return 0
        args = [as_typed(word) for word in args]
        result = engage.main(args, prog_name="engage", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return 130
    except Exception as error:
        if _interrupts:
            return 130
        is_usage = isinstance(error, click.ClickException)
        if not is_usage and (_wants_traces(args) or os.environ.get("ENGAGE_DEBUG")):
            raise
        return _explained(error, args)


def _explained(error: Exception, args: list[str]) -> int:
    """Say what went wrong; returns the exit code."""
    if isinstance(error, click.ClickException):
        return _misused(error)
    from ..domain.refusal import Refusal
    from .wording import defect, explain, system

    match error:
        case Refusal():
            return explain(error)
        case OSError():
            return system(error)
        case _:
            return defect(error, _ledger_of(args))


def _misused(error: click.ClickException) -> int:
    """A command by itself tells what there is; anything else that click refuses is usage."""
    alone = isinstance(error, click.exceptions.NoArgsIsHelpError) or error.message == "Missing command."
    if alone and isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(error.ctx.get_help())
        return 0
    from .wording import usage

    if isinstance(error, click.MissingParameter) and error.ctx is not None and not _says_anything(error.ctx):
        formatter = error.ctx.make_formatter()
        error.ctx.command.format_usage(error.ctx, formatter)
        write_examples(error.ctx, formatter)
        click.echo(formatter.getvalue(), err=True)
    usage(error)
    return 2


def _says_anything(ctx: click.Context) -> bool:
    """Whether a command was given anything; one by itself that needs something shows how it is used."""
    sources = (ctx.get_parameter_source(param.name or "") for param in ctx.command.params)
    return any(source is ParameterSource.COMMANDLINE for source in sources)


def _ledger_of(args: list[str]) -> str:
    """The ledger that a command line names."""
    for index, word in enumerate(args):
        if word == "--ledger" and index + 1 < len(args):
            return args[index + 1]
        if word.startswith("--ledger="):
            return word.partition("=")[2]
    from ..domain.refusal import Refusal
    from .settings import setting

    try:
        return str(setting("ledger", DEFAULT_LEDGER).value)
    except (Refusal, click.UsageError):
        return DEFAULT_LEDGER


def _wants_traces(args: list[str]) -> bool:
    """Whether --debug stands among the options before the command; within a fact it is a word like any other."""
    before = itertools.takewhile(lambda word: word not in KINDS and word not in QUESTIONS and word not in CARE, args)
    return "--debug" in before


if __name__ == "__main__":
    main()
