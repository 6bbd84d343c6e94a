"""The cache gives back what was read, and costs nothing but time when it can't."""

import multiprocessing
import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from slopbench.quality import cache
from slopbench.quality.codec import decode, encode
from slopbench.quality.dead import look
from slopbench.quality.facts import Finding

CODE = """
import os

def f(a, b):  # a comment
    '''A docstring.'''
    return [1, 2, 3] if a and b else os.sep
"""
FINDINGS = (Finding("python/loop-append", 3, 5, (3, 4)),)


@pytest.fixture
def facts(facts_of):
    return replace(
        facts_of(CODE),
        findings=FINDINGS,
        unread_by=frozenset({"ruff"}),
        dead_code=look(CODE, "main.py"),
    )


def same(one, other):
    """Whether all fields are equal, arrays by their content."""
    return encode(one) == encode(other) and one.functions == other.functions


@pytest.mark.parametrize("findings", [None, (), FINDINGS], ids=["not looked for", "none", "one"])
def test_facts_survive_their_coding(facts, findings):
    before = replace(facts, findings=findings)
    after = decode(encode(before))
    assert same(before, after)
    assert after.findings == findings
    assert after.references == before.references
    assert after.dead_code == before.dead_code
    np.testing.assert_array_equal(after.comments, before.comments)
    np.testing.assert_array_equal(after.tokens.exact, before.tokens.exact)


def test_what_was_remembered_is_recalled(facts, tmp_path):
    place = tmp_path / "facts.sqlite"
    cache.remember({b"one": facts}, place)
    found = cache.recall([b"one", b"two"], place)
    assert list(found) == [b"one"]
    assert same(found[b"one"], facts)


@pytest.mark.parametrize("changed", ["content", "file", "language", "fingerprint"])
def test_a_key_tells_apart(changed):
    parts = {"content": b"x = 1", "file": "a.py", "language": "python", "fingerprint": "1"}
    other = {**parts, changed: parts[changed] * 2}
    assert cache.key_of(**parts) != cache.key_of(**other)


def test_a_cache_that_is_no_database_is_replaced(facts, tmp_path):
    place = tmp_path / "facts.sqlite"
    place.write_bytes(b"no database" * 1000)
    assert cache.recall([b"one"], place) == {}
    cache.remember({b"one": facts}, place)
    assert same(cache.recall([b"one"], place)[b"one"], facts)


def test_a_damaged_entry_is_read_anew(facts, tmp_path):
    place = tmp_path / "facts.sqlite"
    cache.remember({b"one": facts}, place)
    with sqlite3.connect(place) as database:
        database.execute("update facts set value = ?", [encode(replace(facts, lines=7))])
    assert cache.recall([b"one"], place) == {}


def test_a_folder_that_cannot_be_made_costs_only_the_cache(facts, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    cache.remember({b"one": facts}, blocked / "facts.sqlite")
    assert cache.recall([b"one"], blocked / "facts.sqlite") == {}


def test_the_older_half_makes_room(facts, tmp_path, monkeypatch):
    place = tmp_path / "facts.sqlite"
    keys = [bytes([number]) for number in range(10)]
    for key in keys:
        cache.remember({key: facts}, place)
    monkeypatch.setattr(cache, "MAX_BYTES", 1)
    cache.remember({b"new": facts}, place)
    assert set(cache.recall([*keys, b"new"], place)) == {*keys[5:], b"new"}


def test_an_emptied_cache_recalls_nothing(facts, tmp_path):
    place = tmp_path / "facts.sqlite"
    cache.remember({b"one": facts}, place)
    assert cache.empty(place) > 0
    assert (cache.recall([b"one"], place), list(tmp_path.iterdir())) == ({}, [])
    assert cache.empty(place) == 0


def _write(place, facts, begin):
    for number in range(begin, begin + 20):
        cache.remember({number.to_bytes(2): facts}, place)


def test_parallel_writers_lose_nothing(facts, tmp_path):
    place = tmp_path / "facts.sqlite"
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=_write, args=(place, facts, begin)) for begin in (0, 100, 200)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    keys = [number.to_bytes(2) for begin in (0, 100, 200) for number in range(begin, begin + 20)]
    found = cache.recall(keys, place)
    assert set(found) == set(keys)
    assert all(same(each, facts) for each in found.values())
