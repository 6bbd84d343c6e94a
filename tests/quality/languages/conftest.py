"""Cases of each language as data, `cases/<language>.toml`, and what reads code in that language."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest

from slopbench.quality.languages import LANGUAGES, language_of_name
from slopbench.quality.reader import read
from slopbench.quality.source import decode
from slopbench.quality.tokens import Interner

CASES = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted(Path(__file__).parent.joinpath("cases").glob("*.toml"))
}
INTERNER = Interner()


@dataclass(frozen=True)
class Cases:
    """The cases of a language, and the facts of code in it."""

    name: str
    data: dict

    @property
    def language(self):
        return language_of_name(f"x{self.data['suffix']}")

    @property
    def sample(self):
        return self.data["sample"]["code"]

    def facts(self, code, file=None):
        data = code if isinstance(code, bytes) else code.encode()
        file = file or f"x{self.data['suffix']}"
        return read(decode(data, self.language), self.language, file, INTERNER)

    def function(self, body):
        """The facts of the function of the language's template with this body."""
        code = self.data["function"].replace("BODY", indent(body, "    "))
        return next(each for each in self.facts(code).functions if each.name.endswith("f"))


@pytest.fixture(params=LANGUAGES, ids=lambda each: f"{each.name}-{min(each.suffixes)}")
def language(request):
    """Each known dialect in turn."""
    return request.param


def pytest_generate_tests(metafunc):
    """`cases` are those of each language in turn; `construct` and `lines_case` each entry of the
    languages' tables of these, with the `cases` of its language."""
    wanted = metafunc.fixturenames
    for argument, table in (("construct", "constructs"), ("lines_case", "lines")):
        if argument in wanted:
            entries = [
                pytest.param(Cases(name, data), entry, id=f"{name}-{title}")
                for name, data in CASES.items()
                for title, entry in data[table].items()
            ]
            return metafunc.parametrize(("cases", argument), entries)
    if "cases" in wanted:
        metafunc.parametrize("cases", [Cases(*each) for each in CASES.items()], ids=list(CASES))
    return None
