# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""How the tests of stencil call it, and how they read its errors."""

import json
import re


def as_text(data):
    return data if isinstance(data, str | bytes) else json.dumps(data, ensure_ascii=False)


def render(run, template, data=None, *args, **more):
    """Render one template without a folder of others; `data` is a value, or the text of a file."""
    files = {"t.txt": template}
    operands = ["t.txt"]
    if data is not None:
        files["d.json"] = as_text(data)
        operands.append("d.json")
    return run("render", *operands, *args, files=files, **more)


def render_site(run, templates, data=None, *args, name="main", **more):
    """Render one of several templates, which are given by their names."""
    files = {f"site/{key}": text for key, text in templates.items()}
    operands = [name]
    if data is not None:
        files["d.json"] = as_text(data)
        operands.append("d.json")
    return run("render", *operands, *args, "--path", "site", files=files, **more)


def write_rows(path, count, row):
    """A large file of rows, written bit by bit: `row` makes the text of a line from its number."""
    with path.open("wb") as stream:
        for begin in range(0, count, 1000):
            numbers = range(begin, min(begin + 1000, count))
            stream.write("".join(f"{row(number)}\n" for number in numbers).encode())


def check_site(run, templates, schema, name="main"):
    files = {f"site/{key}": text for key, text in templates.items()}
    files["s.json"] = as_text(schema)
    return run("check", name, "--schema", "s.json", "--path", "site", files=files)


def assert_fails(result, code, place=None, trail=None, status=1, stdout=b"", case=""):
    """The error that is expected, with the tags through which it was reached if they are given."""
    lines = result.stderr.decode("utf-8", "replace").split("\n")
    at = "" if place is None else f" at {place}"
    assert re.fullmatch(f"error: {re.escape(code + at)}(: .*)?", lines[0]), (
        f"{case!r}: expected 'error: {code}{at}', standard error begins {lines[0]!r}"
    )
    assert result.status == status, f"{case!r}: exit status {result.status}"
    assert result.stdout == stdout, f"{case!r}: standard output {result.stdout!r}"
    if trail is not None:
        found = [line for line in lines[1:] if line.startswith("  from ")]
        assert found == [f"  from {step}" for step in trail], f"{case!r}: {lines[1:]}"


def assert_renders(run, rows, data=None, *args):
    """Each template of a table of (template, expected line), all in one rendering."""
    template = "".join(f"{template}\n" for template, _ in rows)
    found = render(run, template, data, *args).ok().lines
    wrong = [
        f"{template}: expected {wanted!r}, found {line!r}"
        for (template, wanted), line in zip(rows, found, strict=True)
        if line != wanted
    ]
    assert not wrong, "\n".join(wrong)
