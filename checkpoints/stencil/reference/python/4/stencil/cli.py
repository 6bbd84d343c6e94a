"""Command line."""

import sys
from typing import Any

from .arguments import Options, parse_arguments
from .documents import parse_data
from .errors import StencilError
from .files import Folder, PlainFiles, read_data
from .home import Destination, entrance
from .html.check import check_contexts
from .loader import Loader
from .output import MODES
from .renderer import Renderer
from .rows import Rows, open_rows
from .scope import Scope
from .sinks import HeldSink, LiveSink, Steps


def run(argv: list[str]) -> None:
    options = parse_arguments(argv)
    files = PlainFiles() if options.path is None else Folder(options.path)
    source = files.main_source(options.template)
    document = read_data(options.data)
    way_in = entrance(Loader(files).load(source))
    if options.mode == "html":
        check_contexts(*way_in)
    data = parse_data(document)
    if options.is_live:
        render_live(options, way_in, data)
    else:
        render(options, way_in, data, HeldSink())


def render_live(options: Options, way_in: Destination, data: dict[str, Any]) -> None:
    sink = LiveSink(options.max_output)
    try:
        if options.rows is None:
            render(options, way_in, data, sink)
        else:
            with open_rows(options.rows.path) as stream:
                rows = Rows(stream, sink.flush)
                render(options, way_in, {**data, options.rows.name: rows}, sink)
    finally:
        sink.flush()


def render(
    options: Options, way_in: Destination, data: dict[str, Any], sink: HeldSink | LiveSink
) -> None:
    body, home = way_in
    output = MODES[options.mode](sink.write)
    Renderer(output, Steps(options.max_steps)).render(body, Scope(data, {}), home)
    sink.finish()


def main(argv: list[str]) -> int:
    try:
        run(argv)
    except StencilError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_status
    return 0
