"""Which commits are looked at, in which order, and which of many are left out."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.errors import UsageError
from slopbench.quality.history.revisions import Commit, first_parents, tagged
from slopbench.quality.history.sample import Sample, first_moment, last_moment

ALL = Sample(None, None, None, None)


def line_of(length):
    return [Commit(str(n), datetime.fromtimestamp(n, UTC), "", n) for n in range(1, length + 1)]


def numbers(commits):
    return [commit.number for commit in commits]


def test_first_parents_from_the_oldest_without_what_was_merged(work):
    first = work.commit({"a": "1"}, day=1, subject="first")
    work.git("branch", "side", first)
    side = work.commit({"b": "1"}, day=2, branch="side")
    merge = work.commit({"a": "1", "b": "1"}, day=3, subject="mérge\nmore", merge=side)
    found = first_parents(work.opened(), "HEAD")
    assert [(commit.oid, commit.number) for commit in found] == [(first, 1), (merge, 2)]
    assert [commit.subject for commit in found] == ["first", "mérge more"]
    assert found[1].date == datetime(2026, 1, 3, tzinfo=UTC)


def test_a_revision_is_where_the_way_back_starts(work):
    commits = [work.commit({"a": str(n)}) for n in range(3)]
    assert [commit.oid for commit in first_parents(work.opened(), "HEAD~1")] == commits[:2]


def test_a_date_beyond_the_calendar_is_its_last_day(work):
    assert first_parents_of_day(work, 10**8).year == 9999


def first_parents_of_day(work, day):
    work.commit({"a": "1"}, day=day)
    return first_parents(work.opened(), "HEAD")[-1].date


@pytest.fixture
def releases(work):
    """Two releases on main, one later on a branch, one commit with two tags, and a tag of no commit."""
    one, two = work.commit({"a": "1"}, day=1), work.commit({"a": "2"}, day=2)
    work.git("branch", "old", one)
    fix = work.commit({"a": "3"}, day=3, branch="old")
    for name, commit in (("v1.10", two), ("v1.9", two), ("v1.2", one), ("v1.2.1", fix)):
        work.git("tag", "--annotate", "--message=x", name, commit, GIT_COMMITTER_NAME="Ada",
                 GIT_COMMITTER_EMAIL="ada@example.org")  # fmt: skip
    work.git("tag", "light", "v1.2")
    work.git("tag", "of-a-file", f"{one}:a")
    return work


def test_tagged_commits_by_date_with_all_their_tags_by_version(releases):
    found = tagged(releases.opened(), None)
    assert [commit.tags for commit in found] == [("light", "v1.2"), ("v1.9", "v1.10"), ("v1.2.1",)]
    assert numbers(found) == [None] * 3


def test_tagged_commits_of_a_revision_are_those_that_it_holds(releases):
    assert [commit.tags[-1] for commit in tagged(releases.opened(), "main")] == ["v1.2", "v1.10"]


def test_a_repository_without_tags_is_a_usage_error(work):
    work.commit({"a": "1"})
    with pytest.raises(UsageError, match="has no tags"):
        tagged(work.opened(), None)


@given(st.integers(1, 60), st.integers(1, 70), st.integers(1, 70))
def test_a_sample_keeps_order_and_limit_and_the_last(length, step, limit):
    found = numbers(Sample(None, None, step, limit).of(line_of(length)))
    assert found == sorted(set(found))
    assert found[-1] == length
    assert len(found) == min(limit, -(-length // step))
    assert all((length - number) % step == 0 for number in found)


@given(st.integers(2, 60), st.integers(2, 60))
def test_a_limit_leaves_the_ends_and_even_gaps(length, limit):
    found = numbers(Sample(None, None, None, limit).of(line_of(length)))
    gaps = [after - before for before, after in pairwise(found)]
    assert found[0] == 1
    assert max(gaps) - min(gaps) <= 1


def test_a_span_of_time_includes_its_ends():
    commits = line_of(5)
    found = Sample(commits[1].date, commits[3].date, None, None).of(commits)
    assert numbers(found) == [2, 3, 4]


def test_no_commit_in_a_span_of_time_is_a_usage_error():
    with pytest.raises(UsageError, match="no commit in that span"):
        Sample(datetime.now(UTC), None, None, None).of(line_of(3))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01-31", "2026-01-31T00:00:00+00:00", "2026-01-31T23:59:59.999999+00:00"),
        ("2026-01-31T12:00", "2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00+00:00"),
        ("2026-01-31T12:00+02:00", "2026-01-31T10:00:00+00:00", "2026-01-31T10:00:00+00:00"),
    ],
)
def test_dates_of_iso_8601(text, first, last):
    assert first_moment(text) == datetime.fromisoformat(first)
    assert last_moment(text) == datetime.fromisoformat(last)


@pytest.mark.parametrize(
    ("text", "days"),
    [("1 day ago", 1), ("3.weeks.ago", 21), ("12 months ago", 365), ("2 years ago", 730)],
)
def test_words_for_a_date(text, days):
    assert abs(datetime.now(UTC) - first_moment(text) - timedelta(days=days)) < timedelta(days=1)


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "", "-1x", "99999 years ago", "1 day"])
def test_what_is_no_date_is_a_usage_error(text):
    with pytest.raises(UsageError, match="is no date"):
        last_moment(text)
