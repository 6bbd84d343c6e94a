# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Ballot files, reports and errors of tallyroom, as its tests write and read them."""

import re


def ballot_file(*ballots, **header):
    lines = [f"{key}: {value}" for key, value in header.items()]
    return "\n".join([*lines, "---", *ballots, ""])


def count(run, text, *args):
    return run("count", "box.bal", *args, files={"box.bal": text})


def countback(run, text, *args):
    return run("countback", "box.bal", *args, files={"box.bal": text})


def rows(result):
    """The fields of each line of a report in the format tsv."""
    return [line.split("\t") for line in result.ok().lines]


def tsv(text):
    """Expected rows, written with ' | ' between the fields."""
    lines = [line.strip() for line in text.strip().split("\n")]
    return [[field.strip() for field in line.split("|")] for line in lines]


def assert_fails(result, code, line=None, status=1, case=""):
    first = result.stderr.decode("utf-8", "replace").split("\n")[0]
    place = "" if line is None else f" at line {line}"
    assert re.fullmatch(rf"error: {code}{place}(: .*)?", first), (
        f"{case!r}: standard error {first!r}"
    )
    assert result.status == status, f"{case!r}: exit status {result.status}"
    assert result.stdout == b"", f"{case!r}: standard output {result.stdout!r}"
