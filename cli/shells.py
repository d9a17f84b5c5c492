"""How do bash, zsh and fish ask what completes a line, and how are they answered?

Each has a script that calls the command with `_ENGAGE_COMPLETE` set. It answers in lines: what it is, a tab, the
candidate, and where the shell shows it, a tab and what it means. The kinds: plain, part (of a word that goes on), file.
"""

from __future__ import annotations

import os
import sys
from typing import Any, ClassVar, Final

import click
from click.shell_completion import CompletionItem, ShellComplete

from .completing import completed
from .layout import shortened, width
from .shell_words import Word, words_of, written
from .typed import as_typed

ASKED: Final = "_ENGAGE_COMPLETE"
"""The variable in which a script says that it asks, and for which shell."""


class _Shell(ShellComplete):
    """What a shell asks; the words come as arguments, the last of them is being typed."""

    NEEDS: ClassVar[frozenset[str]] = frozenset()
    """Further variables that its script sets."""

    def __init__(self, cli: click.Command, words: list[str]) -> None:
        super().__init__(cli, {}, "engage", ASKED)
        self._words = words

    def get_completion_args(self) -> tuple[list[str], str]:
        return self._words[:-1], self._words[-1] if self._words else ""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        found = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        if equals and option.startswith("-"):
            for one in found:  # the shell completes a word, of which click is told what follows the option
                one.value = f"{option}={one.value}"
        return found

    def format_completion(self, item: CompletionItem[Any]) -> str:
        meaning = " ".join((item.help or "").split())
        return f"{item.type}\t{item.value}\t{meaning}" if meaning else f"{item.type}\t{item.value}"

    def complete(self) -> str:
        args, incomplete = self.get_completion_args()
        return "".join(f"{line}\n" for line in map(self.format_completion, self.get_completions(args, incomplete)))


class Bash(_Shell):
    """The line is taken apart here: bash itself takes it apart at each colon and = as well."""

    NEEDS: ClassVar[frozenset[str]] = frozenset(("_ENGAGE_LINE", "_ENGAGE_BREAKS"))
    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = """\
_engage_completion() {
    local kind value
    COMPREPLY=()
    while IFS=$'\\t' read -r kind value; do
        case $kind in
            file) compopt -o default ;;
            part) compopt -o nospace; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(_ENGAGE_COMPLETE=bash_complete _ENGAGE_LINE="${COMP_LINE:0:COMP_POINT}" \\
        _ENGAGE_BREAKS="$COMP_WORDBREAKS" "${1/#\\~\\//$HOME/}" 2> /dev/null)
}
complete -o nosort -F _engage_completion engage
"""

    def __init__(self, cli: click.Command, words: list[str]) -> None:
        typed = words_of(as_typed(os.environ["_ENGAGE_LINE"]), os.environ["_ENGAGE_BREAKS"])
        self._last: Word = typed[-1]
        super().__init__(cli, [one.text for one in typed[1:]])

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        found = []
        for one in super().get_completions(args, incomplete):
            rest = one.value.removeprefix(self._last.kept)
            as_written = written(rest, self._last.quote)
            if one.type == "file" or (as_written is not None and one.value.startswith(self._last.kept)):
                found.append(CompletionItem(as_written, type=one.type))
        return found


class Zsh(_Shell):
    """zsh quotes what it puts on the line; it is told to take candidates that begin otherwise than the word.

    What it shows of a candidate is made here, in columns, to the width of the terminal.
    """

    name: ClassVar[str] = "zsh"
    source_template: ClassVar[str] = """\
#compdef engage

_engage_completion() {
    local kind value shown command=${(Q)words[1]}
    local -a plain parts plain_shown parts_shown
    while IFS=$'\\t' read -r kind value shown; do
        case $kind in
            file) compset -P '-*='; _files; return ;;
            part) parts+=("$value"); parts_shown+=("${shown:-$value}") ;;
            plain) plain+=("$value"); plain_shown+=("${shown:-$value}") ;;
        esac
    done < <(_ENGAGE_COMPLETE=zsh_complete _ENGAGE_COLUMNS=$COLUMNS "${command/#\\~\\//$HOME/}" \\
        "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2> /dev/null)
    (( $#parts )) && compadd -U -l -V parts -S '' -d parts_shown -a parts
    (( $#plain )) && compadd -U -l -V engage -d plain_shown -a plain
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _engage_completion "$@"
else
    compdef _engage_completion engage
fi
"""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        found = super().get_completions(args, incomplete)
        columns = os.environ.get("_ENGAGE_COLUMNS", "")
        room = int(columns) if columns.isdecimal() and len(columns) < _DIGITS else _USUAL
        margin = min(max((width(one.value) for one in found), default=0), _MARGIN)
        for one in found:
            if one.help:
                name = one.value + " " * max(margin - width(one.value), 0)
                one.help = shortened(f"{name}  {' '.join(one.help.split())}", room - 1)
        return found

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{item.type}\t{item.value}\t{item.help}" if item.help else f"{item.type}\t{item.value}"


_USUAL: Final = 80
_DIGITS: Final = 6
"""Columns of a terminal that says nothing of its width, and digits of more columns than any has."""
_MARGIN: Final = 32
"""Columns that candidates take at most where what they mean stands in line beside them."""


class Fish(_Shell):
    """fish quotes what it puts on the line; the word that is being typed comes as it stands there."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = """\
function __engage_completion
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    set -l command $before[1]
    set -e before[1]
    for line in (_ENGAGE_COMPLETE=fish_complete $command $before "$typed" 2> /dev/null)
        set -l told (string split -m 2 \\t -- $line)
        switch $told[1]
            case file
                set -l option (string match -r '^-[^=]*=' -- $typed)
                for path in (__fish_complete_path (string replace -r '^-[^=]*=' '' -- $typed))
                    echo "$option$path"
                end
            case '*'
                string join -- \\t $told[2..]
        end
    end
end
complete --no-files --keep-order --command engage --arguments '(__engage_completion)'
"""

    def __init__(self, cli: click.Command, words: list[str]) -> None:
        *before, typed = words or [""]
        super().__init__(cli, [*before, words_of(typed, "")[-1].text])


SHELLS: Final[dict[str, type[_Shell]]] = {one.name: one for one in (Bash, Zsh, Fish)}


def script(shell: str) -> str:
    """What makes a shell complete the command."""
    return SHELLS[shell].source_template


def answer(cli: click.Command, words: list[str]) -> None:
    """Answer a shell that asks; raises a usage error where it was no script that asked."""
    shell, _, asked = os.environ[ASKED].partition("_")
    if shell not in SHELLS or asked != "complete" or not os.environ.keys() >= SHELLS[shell].NEEDS:
        raise click.UsageError(
            f"{ASKED} is for the script that engage completion prints: it was set by hand, or by the script of another "
            "version"
        )
    try:
        found = SHELLS[shell](completed(cli), [as_typed(word) for word in words]).complete()
    except click.UsageError:  # a word is not UTF-8
        return
    sys.stdout.buffer.write(found.encode())
    sys.stdout.buffer.flush()
