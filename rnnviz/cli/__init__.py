"""The command line: progress to standard error, one JSON object as the last line of standard output."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from rnnviz.cli import (
    archives,
    datasets,
    decisions,
    experiments,
    judgement,
    judging,
    looking,
    memory,
    patterns,
    significance,
    surgery,
    takeaway,
    terms,
    training,
)
from rnnviz.cli.arguments import Parser, Result
from rnnviz.errors import BadInput
from rnnviz.language import N_, _, language_of_environment, use_language


def build_parser() -> Parser:
    parser = Parser(prog="rnnviz", description="Train small recurrent nets and look inside.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], Result], help_text: str) -> Parser:
        sub: Parser = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        sub.set_defaults(run=run, interrupted=N_("Interrupted."))
        return sub

    for commands_of in (
        training,
        experiments,
        looking,
        judgement,
        judging,
        significance,
        surgery,
        archives,
        takeaway,
        datasets,
        terms,
        decisions,
        memory,
        patterns,
    ):
        commands_of.add_commands(command)

    bench = command("bench", run_bench, "Measure the speed of the app against named yardsticks.")
    bench.add_argument("NAME", nargs="*", help="which benches; all if none is given")
    return parser


def run_bench(arguments: argparse.Namespace) -> Result:
    from rnnviz.bench import run_benches  # drives browsers: loaded only where it is asked for

    result: Result = run_benches(arguments.NAME)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0, or 2 with one clear line for bad input, or 130 where it was interrupted."""
    use_language(language_of_environment())
    parsed = build_parser().parse_args(arguments)
    try:
        result = parsed.run(parsed)
    except BadInput as error:
        print(" ".join(_("Error: {message}").format(message=error).split()), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n" * sys.stderr.isatty() + _(parsed.interrupted), file=sys.stderr)
        return 130
    print(json.dumps(result, ensure_ascii=False))
    return 0
