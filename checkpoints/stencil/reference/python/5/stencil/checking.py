"""The command `check`."""

import sys

from .arguments import CheckOptions
from .check.checker import Checker
from .files import main_source, read_bytes
from .home import entrance
from .loader import Loader
from .schema import parse_schema

FINDINGS_STATUS = 4


def check(options: CheckOptions) -> int:
    files, source = main_source(options.path, options.template)
    document = read_bytes(options.schema)
    way_in = entrance(Loader(files).load(source))
    findings = Checker(parse_schema(document)).check(way_in)
    lines = "".join(f"{finding}\n" for finding in findings)
    sys.stdout.buffer.write(lines.encode("utf-8"))
    return FINDINGS_STATUS if findings else 0
