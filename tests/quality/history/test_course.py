"""What rows say together: ranges, slopes, and the curve, the table and the picture of them."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from slopbench.errors import UsageError
from slopbench.quality.history.course import Course
from slopbench.quality.history.curve import curve
from slopbench.quality.history.display import shown
from slopbench.quality.history.figure import check_extra, picture
from slopbench.quality.history.walk import Row

NOTHING = dict.fromkeys(("sloc", "files", "functions", "erosion", "excess", "verbosity"))


def row(number, cause=None, **values):
    date = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * number)
    members = {
        "commit": f"{number:040x}",
        "date": date.isoformat(),
        "subject": f"change {number}",
        "number": number,
        "tags": (),
        "verbosity_reason": cause,
        "clone_share": None,
        "added_sloc": None,
        "cause": cause,
        **NOTHING,
    }
    return Row(**members | values)


def measured(number, erosion=0.1, **values):
    known = {"sloc": 1000, "files": 2, "functions": 9, "excess": 0.0, "added_sloc": 50}
    return row(
        number, **{"erosion": erosion, "verbosity": 0.2, "clone_share": 0.1, **known} | values
    )


@pytest.fixture
def course_of(work):
    """course_of(rows) gives the course of these rows of some repository."""

    def make(rows):
        return Course(work.opened(), "src", tuple(rows))

    return make


def printed(course):
    console = Console(width=120, file=StringIO())
    console.print(shown(course))
    return console.file.getvalue()


def test_slopes_are_per_100_commits_year_and_1000_lines(course_of):
    found = course_of([measured(n, erosion=0.1 + 0.01 * n) for n in range(12)]).slopes()["erosion"]
    assert found["per_100_commits"].value == pytest.approx(1.0)
    assert found["per_year"].value == pytest.approx(0.01 / 30 * 365.25)
    assert found["per_1000_added_lines"].value == pytest.approx(0.01 / 50 * 1000)
    assert found["per_year"].n == 12


def test_rows_without_a_value_are_left_out_of_slopes_and_ranges(course_of):
    rows = [measured(n, erosion=0.5 - 0.01 * n) for n in range(0, 40, 4)]
    course = course_of(sorted([*rows, row(5, cause="no_source")], key=lambda each: each.number))
    assert course.slopes()["erosion"]["per_100_commits"].n == 10
    found = course.ranges()["erosion"]
    assert found == pytest.approx({"start": 0.5, "end": 0.14, "min": 0.14, "max": 0.5})


def test_a_span_of_less_than_a_tenth_of_a_unit_has_no_slope(course_of):
    close = {"date": "2026-01-01T00:00:00+00:00", "number": None, "added_sloc": 0}
    rows = [replace(measured(n), **close) for n in range(20)]
    assert set(course_of(rows).slopes()["erosion"].values()) == {None}


def test_a_course_without_any_score_is_nulls(course_of):
    answer = course_of([row(n, cause="no_source") for n in range(3)]).to_json()
    assert answer["ranges"] == {"erosion": None, "verbosity": None, "clone_share": None}
    assert [each["erosion"] for each in answer["commits"]] == [None] * 3


@given(
    st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=200),
    st.integers(1, 60),
    st.integers(1, 5),
)
def test_a_curve_fits_its_frame_and_gaps_are_dots(values, width, height):
    lines = curve(values, 1.0, width, height)
    assert len(lines) == height
    assert {len(line) for line in lines} == {len(lines[0])}
    assert 0 < len(lines[0]) <= width
    if len(values) <= width:
        assert lines[-1].count("·") == values.count(None) * (width // len(values))


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_value_has_no_lower_column(one, other):
    def weight(value):
        return sum(" ▁▂▃▄▅▆▇█".index(line) for line in curve([value], 1.0, 1, 4))

    low, high = sorted((one, other))
    assert weight(low) <= weight(high)
    assert weight(1.0) == 32


def test_a_person_sees_rows_curves_ranges_slopes_and_notes(course_of):
    rows = [measured(n, erosion=0.01 * n) for n in range(12)]
    rows[3] = row(3, cause="failed: \x1b[31mred")
    rows[5] = measured(5, tags=("v1.0", "latest"))
    rows.append(measured(12, erosion=0.12, notes=("2 submodules aren't looked into",)))
    text = printed(course_of(rows))
    for words in ("2026-01-01", "v1.0, latest", "change 4", "0.040", "1,000", "per 1,000 added"):
        assert words in text
    for words in ("1 commits failed: \\x1b[31mred", "in the last commit 2 submodules", "·", "█"):
        assert words in text


def test_a_course_of_one_commit_without_a_score_is_shown(course_of):
    text = printed(course_of([row(1, cause="no_source")]))
    assert "no_source" in text
    assert "slope" not in text


COURSES = {
    "gaps": [measured(1), row(2, cause="no_source"), measured(3), measured(4, erosion=0.3)],
    "one": [measured(1)],
    "ends_early": [measured(1), measured(2, verbosity=None)],
    "none": [row(1, cause="no_source"), row(2, cause="no_source")],
    "no_verbosity": [measured(n, verbosity=None, erosion=None) for n in range(3)],
}


@pytest.mark.parametrize("rows", COURSES.values(), ids=COURSES)
@pytest.mark.parametrize("form", ["svg", "png"])
def test_a_picture_is_drawn_of_any_course(course_of, rows, form):
    drawn = picture(course_of(rows), form)
    if form == "png":
        assert drawn.startswith(b"\x89PNG")
    else:
        assert ElementTree.fromstring(drawn).tag.endswith("svg")


def test_a_picture_is_the_same_each_time(course_of):
    course = course_of(COURSES["gaps"])
    assert picture(course, "svg") == picture(course, "svg")


def test_words_of_the_repository_are_no_formulae(work):
    course = Course(work.opened(), "$\\frac{$ \x1b", (measured(1),))
    assert picture(course, "svg")


def test_without_matplotlib_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"pip install 'slopbench\[plots\]'"):
        check_extra()
