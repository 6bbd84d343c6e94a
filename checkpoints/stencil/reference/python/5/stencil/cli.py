"""Command line."""

import sys

from .arguments import CheckOptions, RenderOptions, parse_arguments
from .checking import check
from .errors import StencilError
from .rendering import render

COMMANDS = {RenderOptions: render, CheckOptions: check}


def main(argv: list[str]) -> int:
    try:
        options = parse_arguments(argv)
        return COMMANDS[type(options)](options)
    except StencilError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_status
