# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Ballot files and scored methods."""

import random

import pytest
from ballots import assert_fails, ballot_file, count, rows, tsv

GARDEN = """\
# spring meeting
title: Allotment committee
method: plurality
candidates: ash, birch, cedar
---
12: ash > birch > cedar
7: birch
3: cedar > ash
1:
cedar > elm
"""


def simple(*ballots, method="plurality", candidates="ash, birch, cedar", **more):
    return ballot_file(*ballots, method=method, candidates=candidates, **more)


ORCHARD = simple("3: ash > birch", "2: birch > cedar", "cedar > birch")


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example_as_json(run):
    assert count(run, GARDEN).ok().json == {
        "title": "Allotment committee",
        "method": "plurality",
        "ballots": {"valid": 22, "blank": 1, "spoiled": 1},
        "tally": {"ash": 12, "birch": 7, "cedar": 3},
        "winners": ["ash"],
        "tied": [],
    }


@pytest.mark.core
def test_example_as_tsv(run):
    assert rows(count(run, GARDEN, "--format", "tsv", "--method", "borda")) == tsv("""
        title | Allotment committee
        method | borda
        ballots | valid | 22
        ballots | blank | 1
        ballots | spoiled | 1
        tally | ash | 27
        tally | birch | 26
        tally | cedar | 6
        winner | ash
    """)


@pytest.mark.core
@pytest.mark.parametrize(
    "method, tally, winner",
    [
        ("plurality", {"ash": 5, "birch": 4, "cedar": 2}, "ash"),
        ("approval", {"ash": 5, "birch": 7, "cedar": 8}, "cedar"),
        ("borda", {"ash": 10, "birch": 11, "cedar": 10}, "birch"),
    ],
    ids=["plurality", "approval", "borda"],
)
def test_each_method_scores_in_its_own_way(run, method, tally, winner):
    text = simple(
        "ash", "2: ash > birch", "2: ash > cedar", "4: birch > cedar", "cedar > birch", "cedar"
    )
    found = count(run, text, "--method", method).ok().json
    assert found["tally"] == tally
    assert found["winners"] == [winner]


@pytest.mark.core
def test_ties_are_listed_in_the_order_of_candidates(run):
    text = simple("2: cedar", "2: ash", "birch", candidates="birch, cedar, ash")
    found = count(run, text).ok().json
    assert (found["winners"], found["tied"]) == ([], ["cedar", "ash"])


@pytest.mark.core
def test_ties_as_tsv(run):
    report = rows(count(run, simple("cedar", "ash"), "--format", "tsv"))
    assert report[-2:] == [["tied", "ash"], ["tied", "cedar"]]
    assert all(row[0] != "winner" for row in report)


@pytest.mark.core
def test_reads_standard_input(run):
    found = run("count", "-", stdin=ORCHARD).ok().json
    assert found["tally"] == {"ash": 3, "birch": 2, "cedar": 1}


@pytest.mark.core
def test_method_option_replaces_the_header(run):
    found = count(run, simple("ash > birch", "birch"), "--method", "approval").ok().json
    assert (found["method"], found["winners"]) == ("approval", ["birch"])


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_method_option_stands_in_for_a_missing_line(run):
    text = ballot_file("birch", candidates="ash, birch")
    assert count(run, text, "--method", "plurality").ok().json["winners"] == ["birch"]


@pytest.mark.functionality
def test_options_may_come_first(run):
    args = ["--method", "borda", "--format", "tsv", "box.bal"]
    before = run("count", *args, files={"box.bal": ORCHARD})
    assert rows(before)[-1] == ["winner", "birch"]
    assert rows(before) == rows(count(run, ORCHARD, "--format", "tsv", "--method", "borda"))


@pytest.mark.functionality
def test_the_last_value_of_a_repeated_option_counts(run):
    args = ["--format", "tsv", "--method", "approval", "--format", "json", "--method", "borda"]
    assert count(run, ORCHARD, *args).ok().json["tally"] == {"ash": 6, "birch": 8, "cedar": 4}


@pytest.mark.functionality
@pytest.mark.parametrize(
    "ballots, valid, blank, spoiled",
    [
        (["3:"], 0, 3, 0),
        (["2: ash > ash"], 0, 0, 2),
        (["ash > elm", "ash"], 1, 0, 1),
        (["elm"], 0, 0, 1),
        (["2: ash > birch > ash", "4:", "5: cedar"], 5, 4, 2),
    ],
    ids=["blank", "repeated", "partly unknown", "unknown", "all kinds"],
)
def test_kinds_of_ballots(run, ballots, valid, blank, spoiled):
    found = count(run, simple(*ballots)).ok().json
    assert found["ballots"] == {"valid": valid, "blank": blank, "spoiled": spoiled}
    assert sum(found["tally"].values()) == valid


@pytest.mark.functionality
def test_space_in_ballots(run):
    for line in ["3:ash>birch", "  3 :  ash\t>  birch ", "\t3\t:\tash > birch", "3: ash >birch"]:
        found = count(run, simple(line), "--method", "borda").ok().json
        assert found["tally"] == {"ash": 6, "birch": 3, "cedar": 0}, line


@pytest.mark.functionality
def test_space_comments_and_order_in_the_header(run):
    text = (
        "\n\t# c\n  candidates :a_1 ,b2,\tc\n\nmethod:approval\n title :  Two: words  \n"
        " --- \n# x\n\nb2"
    )
    found = count(run, text).ok().json
    assert found["title"] == "Two: words"
    assert found["tally"] == {"a_1": 0, "b2": 1, "c": 0}


@pytest.mark.functionality
def test_titles_beyond_ascii(run):
    text = simple("ash", title='Gemüse & 野菜 "2"')
    assert count(run, text).ok().json["title"] == 'Gemüse & 野菜 "2"'
    assert rows(count(run, text, "--format", "tsv"))[0] == ["title", 'Gemüse & 野菜 "2"']


@pytest.mark.functionality
def test_without_valid_ballots_all_are_tied(run):
    for method in ("plurality", "approval", "borda"):
        found = count(run, simple("5:"), "--method", method).ok().json
        assert (found["winners"], found["tied"]) == ([], ["ash", "birch", "cedar"]), method


@pytest.mark.functionality
def test_a_lone_candidate_wins_without_ballots(run):
    found = count(run, simple(candidates="ash")).ok().json
    assert (found["winners"], found["tied"], found["tally"]) == (["ash"], [], {"ash": 0})


@pytest.mark.functionality
def test_the_largest_count_is_counted_exactly(run):
    found = count(run, simple("999999999: ash > birch", "birch"), "--method", "borda").ok().json
    assert found["tally"] == {"ash": 1_999_999_998, "birch": 1_000_000_001, "cedar": 0}


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_how_ballots_are_written_does_not_matter(run, seed):
    rng = random.Random(seed)
    names = ["ash", "birch", "cedar", "elm"]
    lines = [
        (rng.randint(1, 5), " > ".join(rng.choices(names, k=rng.randint(1, 4)))) for _ in range(20)
    ]
    together = simple(*(f"{copies}: {ranking}" for copies, ranking in lines))
    single = [ranking for copies, ranking in lines for _ in range(copies)]
    rng.shuffle(single)
    expected = count(run, together, "--method", "borda").ok().json
    assert sum(expected["ballots"].values()) == len(single)
    assert count(run, simple(*single), "--method", "borda").ok().json == expected


@pytest.mark.functionality
def test_many_ballot_lines_and_candidates(run):
    names = [f"n{i}" for i in range(100)]
    lines = ["n1 > n2", "n99", "n2 > n99 > n1", "2: n1"] * 25_000
    text = simple(*lines, candidates=", ".join(names))
    found = count(run, text, "--method", "approval").ok().json
    given = {"n1": 100_000, "n2": 50_000, "n99": 50_000}
    assert found["tally"] == dict.fromkeys(names, 0) | given


# --- errors -----------------------------------------------------------------


@pytest.mark.error
@pytest.mark.parametrize(
    "lines",
    [
        ["", "audit box.bal", "count", "count box.bal extra.bal"],
        [
            "count box.bal --method",
            "count box.bal --method dictator",
            "count box.bal --format xml",
            "count nothing.bal --format xml",
            "count box.bal --loud",
            "count -- box.bal",
            "count box.bal --format xml --format json",
        ],
    ],
    ids=["command and file", "options"],
)
def test_usage(run, lines):
    for line in lines:
        result = run(*line.split(), files={"box.bal": GARDEN})
        assert_fails(result, "usage", status=2, case=line)


@pytest.mark.error
def test_unreadable(run):
    assert_fails(run("count", "nothing.bal"), "unreadable", case="no such file")
    assert_fails(run("count", "."), "unreadable", case="a directory")
    assert_fails(count(run, b"title: \xff\xfe\n---\n"), "unreadable", case="not UTF-8")


@pytest.mark.error
@pytest.mark.parametrize(
    "lines",
    [
        ["candidates ash", "colour: green", "Method: plurality", "5: ash > birch", "title: again"],
        ["method: dictator", "method: Plurality", "method:"],
        [
            "candidates:",
            "candidates: ash,, birch",
            "candidates: ash, birch, ash",
            "candidates: Ash",
            "candidates: 1st",
            "candidates: ash birch",
            "candidates: _a",
        ],
    ],
    ids=["keys", "methods", "candidates"],
)
def test_bad_header(run, lines):
    for line in lines:
        result = count(run, f"title: one\n\n# note\n{line}\n---\n")
        assert_fails(result, "bad-header", 4, case=line)


@pytest.mark.error
def test_a_title_has_no_tabs(run):
    assert_fails(count(run, simple("ash", title="one\ttwo")), "bad-header", 3)


@pytest.mark.error
def test_missing_header(run):
    for text in [
        "",
        "method: plurality\ncandidates: ash\n",
        "method: plurality\n---\nash\n",
        "candidates: ash\n---\nash\n",
        "candidates: ash\n---\n>>>\n",
    ]:
        assert_fails(count(run, text), "missing-header", case=text)


@pytest.mark.error
@pytest.mark.parametrize(
    "lines",
    [
        ["0: ash", "-1: ash", "+1: ash", "01: ash", "1.5: ash", "1000000000: ash"],
        [
            *("ash >", "> ash", "ash >> birch", "2: ash >", "---"),
            *("ash birch", "ash, birch", "Ash", ":", "ash: birch", "2: 3: ash"),
        ],
    ],
    ids=["counts", "rankings"],
)
def test_bad_ballot(run, lines):
    for line in lines:
        result = count(run, simple("ash", "# note", line, "!!"))
        assert_fails(result, "bad-ballot", 6, case=line)


@pytest.mark.error
def test_the_first_fault_is_reported(run):
    assert_fails(count(run, "a: b\nc: d\n"), "bad-header", 1)
    assert_fails(count(run, "method: plurality\nc: d\n"), "bad-header", 2)
    assert_fails(count(run, b"a: b\n---\n\xff\n"), "unreadable")
    text = "method: dictator\ncandidates: ash\n---\nash\n"
    assert_fails(count(run, text, "--method", "borda"), "bad-header", 1)
