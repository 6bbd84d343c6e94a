# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Runoffs, withdrawals and drawn contests."""

import random

import pytest
from ballots import assert_fails, ballot_file, count, rows, tsv
from oracles import run_off

TREES = "ash, birch, cedar, dogwood"


def irv(*ballots, candidates=TREES, **more):
    return ballot_file(*ballots, method="irv", candidates=candidates, **more)


EXAMPLE = irv(
    "5: ash > birch",
    "4: dogwood > birch > cedar",
    "2: cedar > birch",
    "3: cedar > dogwood",
    "1: dogwood",
    withdrawn="dogwood",
)


def excluded(document):
    return [name for step in document["rounds"] for name in step["excluded"]]


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example_as_tsv(run):
    assert rows(count(run, EXAMPLE, "--format", "tsv")) == tsv("""
        title |
        method | irv
        ballots | valid | 14
        ballots | blank | 1
        ballots | spoiled | 0
        round | 1 | ash | 5
        round | 1 | birch | 4
        round | 1 | cedar | 5
        exhausted | 1 | 0
        excluded | 1 | birch
        round | 2 | ash | 5
        round | 2 | cedar | 9
        exhausted | 2 | 0
        elected | 2 | cedar
        winner | cedar
    """)


@pytest.mark.core
def test_example_as_json(run):
    assert count(run, EXAMPLE).ok().json == {
        "title": "",
        "method": "irv",
        "ballots": {"valid": 14, "blank": 1, "spoiled": 0},
        "rounds": [
            {
                "round": 1,
                "tally": {"ash": 5, "birch": 4, "cedar": 5},
                "exhausted": 0,
                "elected": [],
                "excluded": ["birch"],
            },
            {
                "round": 2,
                "tally": {"ash": 5, "cedar": 9},
                "exhausted": 0,
                "elected": ["cedar"],
                "excluded": [],
            },
        ],
        "winners": ["cedar"],
        "tied": [],
    }


@pytest.mark.core
def test_majority_is_of_the_votes_that_are_not_exhausted(run):
    found = count(run, irv("4: ash", "3: birch", "2: cedar", "1: dogwood")).ok().json
    assert [step["exhausted"] for step in found["rounds"]] == [0, 1, 3]
    assert found["rounds"][2]["tally"] == {"ash": 4, "birch": 3}
    assert found["winners"] == ["ash"]


@pytest.mark.core
def test_exactly_half_is_not_a_majority(run):
    found = count(run, irv("4: ash", "3: birch > cedar", "1: cedar > birch")).ok().json
    # dogwood, cedar and at last ash (or birch, 4 to 4) go out
    assert [step["elected"] for step in found["rounds"]] == [[], [], [], ["ash"]]


@pytest.mark.core
@pytest.mark.parametrize(
    "more, winner",
    [
        ({}, None),
        ({"tiebreak": "cedar, birch, dogwood, ash"}, "cedar"),
        ({"tiebreak": "dogwood, ash, birch, cedar"}, "ash"),
        ({"withdrawn": "ash"}, "cedar"),
        ({"withdrawn": "ash, cedar", "tiebreak": "cedar, ash, dogwood, birch"}, "birch"),
    ],
    ids=["tied", "tiebreak for cedar", "tiebreak for ash", "withdrawn", "both"],
)
def test_ties_and_withdrawals_under_plurality(run, more, winner):
    ballots = ["3: ash > cedar", "3: cedar > birch", "2: birch", "dogwood > ash"]
    text = ballot_file(*ballots, method="plurality", candidates=TREES, **more)
    found = count(run, text).ok().json
    withdrawn = more.get("withdrawn", "").split(", ")
    assert set(found["tally"]) == set(TREES.split(", ")).difference(withdrawn)
    assert found["winners"] == ([winner] if winner else [])
    assert found["tied"] == ([] if winner else ["ash", "cedar"])


@pytest.mark.core
def test_borda_closes_the_gaps_of_withdrawn_candidates(run):
    text = irv("3: ash > birch > cedar", "2: birch > dogwood", withdrawn="ash")
    found = count(run, text, "--method", "borda").ok().json
    assert found["tally"] == {"birch": 10, "cedar": 3, "dogwood": 2}


@pytest.mark.core
@pytest.mark.parametrize(
    "ballots, more, out",
    [
        # birch and cedar have 2 each in round 2, cedar had fewer in round 1
        (["4: ash", "2: birch", "1: cedar", "1: dogwood > cedar"], {}, ["dogwood", "cedar"]),
        (
            ["4: ash", "1: birch", "2: cedar", "1: dogwood > birch"],
            {"tiebreak": "birch, cedar, ash, dogwood"},
            ["dogwood", "birch"],
        ),
        # never apart: by lot
        (["3: ash", "2: birch", "2: cedar", "2: dogwood"], {}, ["dogwood", "cedar"]),
        (
            ["3: ash", "2: birch", "2: cedar", "2: dogwood"],
            {"tiebreak": "dogwood, ash, cedar, birch"},
            ["birch", "cedar"],
        ),
    ],
    ids=["earlier round", "earlier round before tiebreak", "order of candidates", "tiebreak"],
)
def test_ties_for_the_fewest_votes(run, ballots, more, out):
    assert excluded(count(run, irv(*ballots, **more)).ok().json) == out


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_the_latest_round_that_differs_decides(run):
    text = irv(
        "8: ash",
        "3: birch",
        "4: cedar",
        "elm > cedar",
        "elm",
        "2: fir > birch",
        candidates="ash, birch, cedar, elm, fir",
        tiebreak="cedar, birch, elm, ash, fir",
    )
    found = count(run, text).ok().json
    tallies = [(step["tally"].get("birch"), step["tally"].get("cedar")) for step in found["rounds"]]
    assert tallies[:3] == [(3, 4), (5, 4), (5, 5)]
    assert excluded(found) == ["fir", "elm", "cedar"]


@pytest.mark.functionality
def test_a_three_way_tie_is_narrowed_step_by_step(run):
    # Round 3: birch, cedar and dogwood 3 each. Round 2: 3, 2, 3. so cedar goes.
    text = irv(
        "5: ash",
        "2: birch",
        "2: cedar",
        "3: dogwood",
        "elm > birch",
        "fir > cedar",
        candidates="ash, birch, cedar, dogwood, elm, fir",
        tiebreak="fir, cedar, ash, birch, dogwood, elm",
    )
    assert excluded(count(run, text).ok().json)[:3] == ["elm", "fir", "cedar"]


@pytest.mark.functionality
@pytest.mark.parametrize(
    "ballots, valid, blank, spoiled",
    [
        (["dogwood", "2: dogwood > ash"], 2, 1, 0),
        (["dogwood > dogwood"], 0, 0, 1),
        (["dogwood > ash > dogwood", "3:"], 0, 3, 1),
        (["dogwood > elm"], 0, 0, 1),
    ],
    ids=["only withdrawn", "repeated", "repeated and blank", "unknown"],
)
@pytest.mark.parametrize("method", ["irv", "approval"])
def test_kinds_of_ballots_with_withdrawals(run, method, ballots, valid, blank, spoiled):
    text = ballot_file(*ballots, method="borda", candidates=TREES, withdrawn="dogwood")
    found = count(run, text, "--method", method).ok().json
    assert found["ballots"] == {"valid": valid, "blank": blank, "spoiled": spoiled}


@pytest.mark.functionality
def test_irv_without_ballots(run):
    found = count(run, irv()).ok().json
    assert excluded(found) == ["dogwood", "cedar", "birch"]
    assert found["winners"] == ["ash"]
    assert found["rounds"][-1]["tally"] == {"ash": 0}


@pytest.mark.functionality
def test_the_last_one_standing_is_elected(run):
    found = count(run, irv("2: birch", withdrawn="ash, cedar, birch")).ok().json
    assert found["rounds"] == [
        {
            "round": 1,
            "tally": {"dogwood": 0},
            "exhausted": 0,
            "elected": ["dogwood"],
            "excluded": [],
        }
    ]


@pytest.mark.functionality
def test_header_lines_in_any_order(run):
    text = "tiebreak: b, a\nwithdrawn: b\nmethod: irv\ncandidates: a, b\n---\nb > a\n"
    assert count(run, text).ok().json["winners"] == ["a"]


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(6))
def test_against_a_plain_recount(run, seed):
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(rng.randint(3, 7))]
    favour = rng.sample(names, len(names))
    votes = [rng.sample(names, rng.randint(1, len(names))) for _ in range(rng.randint(1, 40))]
    text = irv(
        *(" > ".join(vote) for vote in votes),
        candidates=", ".join(names),
        tiebreak=", ".join(favour),
    )
    rounds, winner, _ = run_off(names, favour, [(vote, 1) for vote in votes])
    found = count(run, text).ok().json
    assert found["rounds"] == rounds
    assert found["winners"] == [winner]


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_badly_written_lists(run):
    for line in ["withdrawn:", "withdrawn: ash, ash", "tiebreak: Ash", "tiebreak: ash,"]:
        text = f"method: irv\ncandidates: ash, birch\n{line}\n---\n"
        assert_fails(count(run, text), "bad-header", 3, case=line)


@pytest.mark.error
@pytest.mark.parametrize("method", ["irv", "borda"])
@pytest.mark.parametrize(
    "headers",
    [
        [{"withdrawn": "elm"}, {"withdrawn": "ash, birch, cedar, dogwood"}],
        [
            {"tiebreak": "ash, birch, cedar"},
            {"tiebreak": "ash, birch, cedar, elm"},
            {"tiebreak": "ash, birch, cedar, dogwood, elm"},
            {"withdrawn": "dogwood", "tiebreak": "ash, birch, cedar"},
        ],
    ],
    ids=["withdrawn", "tiebreak"],
)
def test_conflict(run, headers, method):
    for more in headers:
        outcome = count(run, irv("ash >>", **more), "--method", method)
        assert_fails(outcome, "conflict", case=more)


@pytest.mark.error
def test_order_of_faults(run):
    assert_fails(count(run, "candidates: a\nwithdrawn: b\n---\n"), "missing-header")
    assert_fails(count(run, "method: irv\ncandidates: a\nwithdrawn: b\n"), "missing-header")
    assert_fails(count(run, "method: irv\nwithdrawn: b\ncandidates: a\nx\n"), "bad-header", 4)
