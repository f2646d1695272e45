"""The command line, `mlops`: the grammar of Slack at a terminal.

Exit codes: 0 done, 1 refused with a sentence on stderr, 2 wrong usage.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TextIO

from bot.aws.stack import as_refusals
from bot.domain.refusals import NotPossible, NotUnderstood, Refusal
from bot.domain.wording import plain
from bot.slack.commands import Command, Compare, Help, History, Lineage, Report
from bot.slack.grammar import VERBS, parse, unknown_topic, verb_named
from bot.slack.questions import version_of, wanted
from bot.slack.words import KINDS
from bot.terminal import documents, lineage_json, tables
from bot.terminal.history import history as story
from bot.terminal.lineage_formats import Format
from bot.terminal.lineage_formats import text as traced
from bot.terminal.screen import Screen, clean, screen_of
from bot.usecases import report
from bot.usecases.asked import lineage_of
from bot.usecases.history import history
from bot.usecases.ports import Ports
from bot.wiring import from_terminal

World = Callable[[Path, str], Ports]
_REFUSED, _WRONG, _INTERRUPTED = 1, 2, 130
_HERE: Final = ("report", "compare", "lineage", "history", "help")
_KINDS: Final = frozenset(f"--{kind}" for kind in KINDS)
_OURS: Final = re.compile(rf"/mlops (?=(?:{'|'.join(_HERE)})\b)")


def main() -> int:
    """What the shell starts."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show “✓” shows “?”
    try:
        code = run(sys.argv[1:], from_terminal, sys.stdout, sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:  # `mlops … | head` has read enough; the interpreter flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def run(arguments: Sequence[str], world: World, out: TextIO, err: TextIO) -> int:
    """Carry out what the arguments say; `world` makes the ports of a policy file and a stack's name."""
    parser = _parser()
    ours, said = _apart(arguments)
    options = parser.parse_intermixed_args(ours)
    options.words += said
    try:
        command = parse(" ".join(options.words))
        if isinstance(command, Help):
            out.write(_helped(command.verb, parser))
            return 0
    except NotUnderstood as refusal:
        return _said(refusal, err, _WRONG)
    try:
        with as_refusals():
            out.write(_answer(command, options, world, screen_of(out)))
    except Refusal as refusal:
        return _said(refusal, err, _REFUSED)
    return 0


def _apart(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What argparse reads, and what it would not leave alone: `--` and the comment behind it."""
    first = arguments.index("--") if "--" in arguments else len(arguments)
    ours = [one[2:] if one in _KINDS else one for one in arguments[:first]]  # as the grammar takes both
    return ours, list(arguments[first:])


def _answer(command: Command, options: argparse.Namespace, world: World, screen: Screen) -> str:
    match command:
        case Report(target):
            ports = world(options.policy, options.stack)
            found, shown = report.report(ports, version_of(ports, target)), tables.reported
        case Compare(target, other):
            ports = world(options.policy, options.stack)
            second = version_of(ports, other) if other else None
            found, shown = report.compare(ports, version_of(ports, target), second), tables.compared
        case Lineage() | History():
            return _lineage(command, options, world(options.policy, options.stack), screen)
        case _:
            words = " ".join(options.words)
            raise NotPossible(f"That is done in Slack for now: type `/mlops {words}` there.")
    return documents.text(found) if options.json else shown(found, screen)


def _lineage(command: Lineage | History, options: argparse.Namespace, ports: Ports, screen: Screen) -> str:
    format_ = Format.JSON if options.json else Format(options.format)
    if isinstance(command, History):
        told = history(ports, command.model, options.older)
        return lineage_json.text(told) if format_ is Format.JSON else story(told, screen)
    return traced(lineage_of(ports, *wanted(command.target, command.thing)), format_, screen)


def _helped(topic: str, parser: argparse.ArgumentParser) -> str:
    if not topic:
        return parser.format_help()
    verb = verb_named(topic)
    if verb is None:
        raise NotUnderstood(unknown_topic(topic))
    where = "mlops" if topic in _HERE else "In Slack: /mlops"
    return f"{where} {verb.usage}\n{verb.summary}\nFor example: {verb.example}\n"


def _said(refusal: Refusal, err: TextIO, code: int) -> int:
    err.write(f"{clean(_OURS.sub('mlops ', plain(refusal.sentence)))}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    known = [f"  {verb.usage:<28}{verb.summary}" for verb in VERBS if verb.name in _HERE]
    parser = argparse.ArgumentParser(
        prog="mlops",
        description="Evaluation evidence at a terminal, by the grammar of Slack.",
        epilog="\n".join(["commands:", *known, "", "All other commands are Slack’s for now."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="command", help="such as report churn:12")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object (bot/terminal/documents.py)"
    )
    formats = [one.value for one in Format]
    parser.add_argument("--format", choices=formats, default=formats[0], help="how lineage is written")
    parser.add_argument("--older", default="", metavar="PAGE", help="where a page of history begins")
    parser.add_argument("--policy", type=Path, default=Path("mlops.toml"), help="the team's mlops.toml")
    parser.add_argument("--stack", default="mlops", help="the name that the CloudFormation stack has")
    return parser


if __name__ == "__main__":
    sys.exit(main())
