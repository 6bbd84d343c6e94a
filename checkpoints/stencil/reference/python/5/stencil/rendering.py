"""The command `render`."""

from contextlib import ExitStack

from .arguments import RenderOptions
from .documents import parse_data
from .files import main_source, read_data
from .home import entrance
from .html.check import check_contexts
from .loader import Loader
from .map_file import MapFile, NoMap, open_map
from .output import MODES
from .renderer import Renderer
from .rows import Rows, open_rows
from .sinks import HeldSink, LiveSink, Steps


def render(options: RenderOptions) -> int:
    files, source = main_source(options.path, options.template)
    document = read_data(options.data)
    way_in = entrance(Loader(files).load(source))
    if options.mode == "html":
        check_contexts(*way_in)
    data = parse_data(document)
    with ExitStack() as opened:
        stream = opened.enter_context(open_rows(options.rows.path)) if options.rows else None
        record = MapFile(opened.enter_context(open_map(options.map))) if options.map else NoMap()
        sink = LiveSink(record, options.max_output) if options.is_live else HeldSink(record)
        if options.is_live:
            opened.callback(sink.flush)
        if stream:
            data = {**data, options.rows.name: Rows(stream, sink.flush)}
        renderer = Renderer(MODES[options.mode](sink.write), Steps(options.max_steps), record)
        renderer.render_file(way_in, data)
        sink.finish()
    return 0
