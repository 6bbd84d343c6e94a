"""What each rule is about, in a line."""

import yaml

from slopbench.quality.rules.blocks import read_blocks
from slopbench.quality.rules.bundle import own_bundle, rule_files


def titles() -> dict[str, str]:
    """The titles of the rules that come with slopbench, by id."""
    found = {}
    for rule, file in rule_files(own_bundle()).items():
        found[rule] = str(yaml.safe_load(read_blocks(file).get("title", "title: ''"))["title"])
    return found
