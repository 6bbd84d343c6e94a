# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Several seats and transferable votes."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from ballots import assert_fails, ballot_file, count, rows, tsv
from oracles import Transfers

TREES = "ash, birch, cedar, dogwood"


def stv(*ballots, seats=2, candidates=TREES, **more):
    return ballot_file(*ballots, method="stv", seats=seats, candidates=candidates, **more)


EXAMPLE = stv(
    "9: ash > birch > cedar",
    "4: ash > cedar",
    "3: birch",
    "4: cedar > dogwood",
    "2: dogwood > birch",
)


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example_as_tsv(run):
    assert rows(count(run, EXAMPLE, "--format", "tsv")) == tsv("""
        title |
        method | stv
        ballots | valid | 22
        ballots | blank | 0
        ballots | spoiled | 0
        quota | 8
        round | 1 | ash | 13
        round | 1 | birch | 3
        round | 1 | cedar | 4
        round | 1 | dogwood | 2
        exhausted | 1 | 0
        elected | 1 | ash
        transferred | 1 | ash
        round | 2 | ash | 8
        round | 2 | birch | 84/13
        round | 2 | cedar | 72/13
        round | 2 | dogwood | 2
        exhausted | 2 | 0
        excluded | 2 | dogwood
        round | 3 | ash | 8
        round | 3 | birch | 110/13
        round | 3 | cedar | 72/13
        exhausted | 3 | 0
        elected | 3 | birch
        winner | ash
        winner | birch
    """)


@pytest.mark.core
def test_example_as_json(run):
    found = count(run, EXAMPLE).ok().json
    assert (found["quota"], found["winners"], found["tied"]) == (8, ["ash", "birch"], [])
    assert "tally" not in found
    assert found["rounds"][:2] == [
        {
            "round": 1,
            "tally": {"ash": 13, "birch": 3, "cedar": 4, "dogwood": 2},
            "exhausted": 0,
            "elected": ["ash"],
            "excluded": [],
            "transferred": "ash",
        },
        {
            "round": 2,
            "tally": {"ash": 8, "birch": "84/13", "cedar": "72/13", "dogwood": 2},
            "exhausted": 0,
            "elected": [],
            "excluded": ["dogwood"],
        },
    ]


@pytest.mark.core
def test_a_surplus_of_a_surplus(run):
    # ash passes on 1/2 of each paper, birch then 4/9 of each, so 2/9 of those from ash
    text = stv(
        "10: ash > birch > cedar",
        "4: birch > dogwood > cedar",
        "2: dogwood",
        "1: cedar",
        seats=3,
        candidates="ash, birch, cedar, dogwood, elm",
    )
    found = count(run, text).ok().json
    assert found["quota"] == 5
    assert [step.get("transferred") for step in found["rounds"]] == [
        "ash",
        "birch",
        None,
        None,
        None,
    ]
    assert found["rounds"][1]["tally"] == {"ash": 5, "birch": 9, "cedar": 1, "dogwood": 2, "elm": 0}
    assert found["rounds"][2]["tally"] == {
        "ash": 5,
        "birch": 5,
        "cedar": "29/9",
        "dogwood": "34/9",
        "elm": 0,
    }
    assert found["winners"] == ["ash", "birch", "dogwood"]


@pytest.mark.core
def test_the_largest_surplus_goes_first_and_one_per_round(run):
    text = stv(
        "7: ash > cedar",
        "9: birch > dogwood",
        "1: cedar",
        "1: elm",
        seats=3,
        candidates="ash, birch, cedar, dogwood, elm",
    )
    rounds = count(run, text).ok().json["rounds"]
    assert rounds[0]["elected"] == ["birch", "ash"]
    assert [step.get("transferred") for step in rounds[:2]] == ["birch", "ash"]
    assert rounds[1]["tally"] == {"ash": 7, "birch": 5, "cedar": 1, "dogwood": 4, "elm": 1}
    assert rounds[2]["tally"] == {"ash": 5, "birch": 5, "cedar": 3, "dogwood": 4, "elm": 1}


@pytest.mark.core
def test_the_count_ends_when_all_seats_are_filled(run):
    text = stv(
        "7: ash > cedar",
        "9: birch > dogwood",
        "1: cedar",
        "1: dogwood",
        "1: elm",
        seats=3,
        candidates="ash, birch, cedar, dogwood, elm",
    )
    rounds = count(run, text).ok().json["rounds"]
    assert [step["elected"] for step in rounds] == [["birch", "ash"], ["dogwood"]]
    assert rounds[1] == {
        "round": 2,
        "tally": {"ash": 7, "birch": 5, "cedar": 1, "dogwood": 5, "elm": 1},
        "exhausted": 0,
        "elected": ["dogwood"],
        "excluded": [],
    }


@pytest.mark.core
def test_the_last_seats_go_to_those_left_below_the_quota(run):
    found = count(run, stv("9: ash", "2: birch", "1: cedar")).ok().json
    # the surplus of ash exhausts, then dogwood and cedar go out
    assert found["quota"] == 5
    assert [step["exhausted"] for step in found["rounds"]] == [0, 4, 4, 5]
    assert [step["elected"] for step in found["rounds"]] == [["ash"], [], [], ["birch"]]


@pytest.mark.core
@pytest.mark.parametrize(
    "seats, more, winners, tied",
    [
        (1, {}, ["cedar"], []),
        (2, {}, ["cedar"], ["ash", "birch"]),
        (3, {}, ["cedar", "ash", "birch"], []),
        (4, {}, ["cedar", "ash", "birch", "dogwood"], []),
        (2, {"tiebreak": "dogwood, birch, cedar, ash"}, ["cedar", "birch"], []),
        (3, {"tiebreak": "dogwood, birch, cedar, ash"}, ["cedar", "birch", "ash"], []),
        (2, {"withdrawn": "birch"}, ["cedar", "ash"], []),
    ],
    ids=[
        *("one", "two tied", "three", "all"),
        *("two by tiebreak", "three by tiebreak", "two after a withdrawal"),
    ],
)
def test_scored_methods_fill_several_seats(run, seats, more, winners, tied):
    text = stv("3: ash > dogwood", "3: birch", "4: cedar", "1: dogwood", seats=seats, **more)
    found = count(run, text, "--method", "plurality").ok().json
    assert (found["winners"], found["tied"]) == (winners, tied)


@pytest.mark.core
def test_winners_and_tied_as_tsv(run):
    text = stv("2: cedar", "ash", "dogwood", seats=2)
    report = rows(count(run, text, "--method", "approval", "--format", "tsv"))
    assert report[-3:] == [["winner", "cedar"], ["tied", "ash"], ["tied", "dogwood"]]


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_one_seat_uses_the_quota_not_the_live_majority(run):
    ballots = ["4: ash", "3: birch", "2: cedar"]
    found = count(run, stv(*ballots, seats=1)).ok().json
    assert found["quota"] == 5
    assert [step["excluded"] for step in found["rounds"]] == [["dogwood"], ["cedar"], ["birch"], []]
    runoff = count(run, stv(*ballots, seats=1), "--method", "irv").ok().json
    assert "quota" not in runoff
    assert [step["elected"] for step in runoff["rounds"]] == [[], [], ["ash"]]


@pytest.mark.functionality
def test_papers_pass_over_elected_candidates_with_a_pending_surplus(run):
    text = stv(
        "9: ash > birch > cedar",
        "7: birch > ash > dogwood",
        "1: cedar",
        "1: elm",
        seats=3,
        candidates="ash, birch, cedar, dogwood, elm",
    )
    found = count(run, text).ok().json
    assert found["rounds"][1]["tally"] == {"ash": 5, "birch": 7, "cedar": 5, "dogwood": 0, "elm": 1}
    assert found["winners"] == ["ash", "birch", "cedar"]


@pytest.mark.functionality
def test_a_tie_for_the_fewest_votes_looks_back_at_fractions(run):
    # with a third of each of the papers of ash, birch and cedar draw level
    text = stv(
        "4: ash > birch",
        "ash > cedar",
        "4: ash > dogwood",
        "birch",
        "2: cedar",
        "4: dogwood",
        tiebreak="birch, ash, dogwood, cedar",
    )
    second = count(run, text).ok().json["rounds"][1]
    assert second["tally"] == {"ash": 6, "birch": "7/3", "cedar": "7/3", "dogwood": "16/3"}
    assert second["excluded"] == ["birch"]


@pytest.mark.functionality
def test_equal_votes_in_one_round_are_elected_by_favour(run):
    ballots = ["3: ash > cedar", "3: birch > cedar", "1: cedar"]
    found = count(run, stv(*ballots)).ok().json
    assert found["winners"] == ["ash", "birch"]
    found = count(run, stv(*ballots, tiebreak="dogwood, birch, ash, cedar")).ok().json
    assert found["winners"] == ["birch", "ash"]


@pytest.mark.functionality
def test_equal_surpluses_in_order_of_election(run):
    text = stv(
        "6: ash > cedar",
        "6: birch > dogwood",
        "1: cedar",
        "1: dogwood",
        "elm",
        seats=3,
        candidates="ash, birch, cedar, dogwood, elm",
        tiebreak="birch, ash, cedar, dogwood, elm",
    )
    rounds = count(run, text).ok().json["rounds"]
    assert [step.get("transferred") for step in rounds[:2]] == ["birch", "ash"]


@pytest.mark.functionality
def test_no_valid_ballots(run):
    found = count(run, stv("3:")).ok().json
    assert found["quota"] == 1
    assert found["winners"] == ["ash", "birch"]
    assert [step["excluded"] for step in found["rounds"]] == [["dogwood"], ["cedar"], []]


@pytest.mark.functionality
def test_as_many_seats_as_candidates(run):
    found = count(run, stv("5: cedar", "1: birch", withdrawn="ash", seats=3)).ok().json
    assert found["winners"] == ["cedar", "birch", "dogwood"]
    assert len(found["rounds"]) == 1


@pytest.mark.functionality
def test_blank_and_spoiled_ballots_do_not_raise_the_quota(run):
    found = (
        count(run, stv("9: ash", "50:", "30: ash > ash", "20: dogwood", withdrawn="dogwood"))
        .ok()
        .json
    )
    assert found["quota"] == 4


def random_file(seed, split=False, shuffle=False):
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(rng.randint(4, 8))]
    seats = rng.randint(2, len(names) - 2)
    lines = [(rng.randint(1, 9), rng.sample(names, rng.randint(1, len(names)))) for _ in range(25)]
    if split:
        lines = [(1, ranking) for copies, ranking in lines for _ in range(copies)]
    if shuffle:
        rng.shuffle(lines)
    return stv(
        *(f"{copies}: {' > '.join(ranking)}" for copies, ranking in lines),
        seats=seats,
        candidates=", ".join(names),
    ), seats


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_no_vote_is_lost(run, seed):
    text, seats = random_file(seed)
    found = count(run, text).ok().json
    valid = found["ballots"]["valid"]
    assert len(found["winners"]) == seats
    assert found["quota"] == valid // (seats + 1) + 1
    for step in found["rounds"]:
        assert sum(map(Fraction, step["tally"].values())) + Fraction(step["exhausted"]) == valid
    for before, after in pairwise(found["rounds"]):
        assert bool(before["excluded"]) != ("transferred" in before)
        assert set(before["tally"]) - set(after["tally"]) == set(before["excluded"])
        if "transferred" in before:
            assert after["tally"][before["transferred"]] == found["quota"]


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(4))
def test_against_a_recount_ballot_by_ballot(run, seed):
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(rng.randint(4, 8))]
    seats, favour = rng.randint(2, len(names) - 1), rng.sample(names, len(names))
    rankings = [rng.sample(names, rng.randint(1, len(names))) for _ in range(30)]
    text = stv(
        *(" > ".join(ranking) for ranking in rankings),
        seats=seats,
        candidates=", ".join(names),
        tiebreak=", ".join(favour),
    )
    found = count(run, text).ok().json
    expected = Transfers(names, seats, favour, rankings)
    assert found["rounds"] == expected.rounds
    assert found["winners"] == expected.winners


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_how_ballots_are_written_does_not_matter(run, seed):
    plain = count(run, random_file(seed)[0]).ok().json
    assert count(run, random_file(seed, split=True, shuffle=True)[0]).ok().json == plain


@pytest.mark.functionality
def test_many_different_ballots(run):
    rng = random.Random(7)
    names = [f"n{i}" for i in range(25)]
    lines = (" > ".join(rng.sample(names, rng.randint(5, 25))) for _ in range(50_000))
    found = count(run, stv(*lines, seats=8, candidates=", ".join(names))).ok().json
    assert len(found["winners"]) == 8
    last = found["rounds"][-1]
    assert sum(map(Fraction, last["tally"].values())) + Fraction(last["exhausted"]) == 50_000


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_bad_seats(run):
    for value in ["", "0", "-1", "+2", "02", "2.0", "two"]:
        text = f"seats: {value}\ncandidates: a, b, c\n---\n"
        assert_fails(count(run, text), "bad-header", 1, case=value)


@pytest.mark.error
@pytest.mark.parametrize(
    "text, args",
    [
        (stv(seats=5), []),
        (stv("ash >>", seats=4, withdrawn="ash"), []),
        (stv(seats=5), ["--method", "plurality"]),
    ],
    ids=["stv", "withdrawn", "plurality"],
)
def test_more_seats_than_candidates(run, text, args):
    assert_fails(count(run, text, *args), "conflict")


@pytest.mark.error
def test_irv_fills_one_seat(run):
    assert_fails(count(run, stv("ash >>", seats=2), "--method", "irv"), "conflict")
    text = ballot_file(method="irv", candidates=TREES, seats=2)
    assert_fails(count(run, text), "conflict")


@pytest.mark.error
def test_the_method_that_is_used_decides(run):
    text = ballot_file("ash", method="irv", candidates=TREES, seats=2)
    assert count(run, text, "--method", "stv").ok().json["winners"] == ["ash", "birch"]
