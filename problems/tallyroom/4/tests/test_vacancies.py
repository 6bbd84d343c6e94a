# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Vacancies."""

import random
from fractions import Fraction

import pytest
from ballots import assert_fails, ballot_file, count, countback, rows, tsv
from oracles import Transfers, fill_vacancies

TREES = "ash, birch, cedar, dogwood"
FOREST = "ash, birch, cedar, dogwood, elm, fir"


def stv(*ballots, seats=2, candidates=TREES, **more):
    return ballot_file(*ballots, method="stv", seats=seats, candidates=candidates, **more)


EXAMPLE = stv(
    "9: ash > birch > cedar",
    "4: ash > cedar",
    "3: birch",
    "4: cedar > dogwood",
    "2: dogwood > birch",
)


def vacate(*names):
    return [part for name in names for part in ("--vacate", name)]


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example_as_tsv(run):
    args = ["--vacate", "birch", "--consent", "dogwood,ash", "--format", "tsv"]
    assert rows(countback(run, EXAMPLE, *args)) == tsv("""
        title |
        vacated | birch
        value | 110/13
        round | 1 | dogwood | 2
        exhausted | 1 | 84/13
        elected | 1 | dogwood
        replacement | dogwood
        member | ash
        member | dogwood
    """)


@pytest.mark.core
def test_the_papers_before_the_surplus_was_transferred(run):
    found = countback(run, EXAMPLE, "--vacate", "ash").ok().json
    assert found == {
        "title": "",
        "members": ["cedar", "birch"],
        "countbacks": [
            {
                "vacated": "ash",
                "value": 13,
                "rounds": [
                    {
                        "round": 1,
                        "tally": {"cedar": 13, "dogwood": 0},
                        "exhausted": 0,
                        "elected": ["cedar"],
                        "excluded": [],
                    }
                ],
                "replacement": "cedar",
            }
        ],
    }


@pytest.mark.core
def test_papers_received_from_a_surplus_keep_their_lower_value(run):
    # quota 5; ash passes on 1/2 of each paper; birch is elected with 4 * 1/2 + 3
    text = stv(
        "4: ash > birch > cedar",
        "6: ash > dogwood > elm",
        "3: birch > elm",
        "1: fir",
        seats=2,
        candidates=FOREST,
    )
    found = countback(run, text, "--vacate", "birch").ok().json
    assert found["countbacks"][0]["value"] == 5
    assert found["countbacks"][0]["rounds"][0]["tally"] == {
        "cedar": 2,
        "dogwood": 0,
        "elm": 3,
        "fir": 0,
    }
    assert found["members"] == ["ash", "elm"]


@pytest.mark.core
def test_several_rounds_on_fractions(run):
    # quota 5; ash (8 votes) passes on 3/8 of each paper to birch, who has 3 + 2 of her own
    text = stv(
        "3: ash > birch > cedar",
        "3: ash > birch > dogwood",
        "2: ash > birch > elm > dogwood",
        "2: birch > cedar",
        "3: fir",
        seats=2,
        candidates=FOREST,
    )
    found = countback(run, text, "--vacate", "birch").ok().json["countbacks"][0]
    assert found["value"] == 5
    assert found["rounds"][0]["tally"] == {
        "cedar": "25/8",
        "dogwood": "9/8",
        "elm": "3/4",
        "fir": 0,
    }
    assert found["replacement"] == "cedar"
    found = countback(run, text, "--vacate", "birch", "--consent", "dogwood,elm,fir")
    found = found.ok().json["countbacks"][0]
    assert [step["tally"] for step in found["rounds"]] == [
        {"dogwood": "9/8", "elm": "3/4", "fir": 0}
    ]
    assert found["rounds"][0]["exhausted"] == "25/8"
    assert found["replacement"] == "dogwood"


@pytest.mark.core
def test_a_replacement_may_leave_as_well(run):
    text = stv("5: ash > cedar > dogwood", "2: ash > dogwood", "7: birch")
    found = countback(run, text, *vacate("ash", "cedar")).ok().json
    first, second = found["countbacks"]
    assert (first["value"], first["replacement"]) == (7, "cedar")
    # cedar was elected with the 5 papers that name cedar, not with the 2 others
    assert (second["value"], second["replacement"]) == (5, "dogwood")
    assert found["members"] == ["dogwood", "birch"]


@pytest.mark.core
def test_two_vacancies_in_the_order_given(run):
    text = stv("6: ash > cedar > dogwood", "5: birch > cedar > dogwood")
    one = countback(run, text, *vacate("ash", "birch")).ok().json
    other = countback(run, text, *vacate("birch", "ash")).ok().json
    assert one["members"] == ["cedar", "dogwood"]
    assert other["members"] == ["dogwood", "cedar"]
    assert [step["vacated"] for step in other["countbacks"]] == ["birch", "ash"]


@pytest.mark.core
def test_nobody_is_left(run):
    text = stv("3: ash > cedar", "3: birch", candidates="ash, birch, cedar")
    found = countback(run, text, *vacate("ash", "birch")).ok().json
    assert found["countbacks"][1] == {
        "vacated": "birch",
        "value": 3,
        "rounds": [],
        "replacement": None,
    }
    assert found["members"] == ["cedar"]
    report = rows(countback(run, text, *vacate("ash", "birch"), "--format", "tsv"))
    assert report[-4:] == [
        ["vacated", "birch"],
        ["value", "3"],
        ["replacement", "-"],
        ["member", "cedar"],
    ]


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_papers_from_excluded_candidates_count_too(run):
    text = stv(
        "5: ash",
        "3: birch > cedar",
        "2: dogwood > birch > elm > cedar",
        "1: elm > dogwood > birch",
        candidates=FOREST,
        withdrawn="fir",
    )
    found = countback(run, text, "--vacate", "birch").ok().json["countbacks"][0]
    assert found["value"] == 6
    assert found["rounds"][0]["tally"] == {"cedar": 3, "dogwood": 2, "elm": 1}


@pytest.mark.functionality
def test_ties_look_at_this_countback_only(run):
    # in the count cedar had more votes than dogwood, in the countback they have the same
    text = stv(
        "1: ash > cedar",
        "1: ash > dogwood",
        "2: ash",
        "4: birch",
        "1: cedar",
        seats=2,
        tiebreak="dogwood, ash, birch, cedar",
    )
    found = countback(run, text, "--vacate", "ash").ok().json["countbacks"][0]
    assert [step["excluded"] for step in found["rounds"]] == [["cedar"], []]
    assert [step["exhausted"] for step in found["rounds"]] == [2, 3]
    assert found["replacement"] == "dogwood"


@pytest.mark.functionality
def test_the_departed_do_not_come_back(run):
    text = stv("5: ash > cedar", "3: birch > ash > cedar", candidates="ash, birch, cedar")
    found = countback(run, text, *vacate("ash", "birch"), "--consent", "ash,birch,cedar").ok().json
    assert found["countbacks"][1]["replacement"] is None
    assert found["members"] == ["cedar"]


@pytest.mark.functionality
def test_withdrawn_candidates_take_no_part(run):
    text = stv("5: ash > cedar > dogwood", "4: birch", withdrawn="cedar")
    found = countback(run, text, "--vacate", "ash", "--consent", "cedar,dogwood").ok().json
    assert found["countbacks"][0]["rounds"][0]["tally"] == {"dogwood": 5}


@pytest.mark.functionality
def test_consent_of_nobody_useful(run):
    found = countback(run, EXAMPLE, "--vacate", "ash", "--consent", "birch").ok().json
    assert found["members"] == ["birch"]
    assert found["countbacks"][0]["rounds"] == []


@pytest.mark.functionality
def test_the_last_consent_counts_and_options_may_come_first(run):
    args = ["--consent", "cedar", "--consent", " dogwood , ash", "--vacate", "birch"]
    found = run("countback", *args, "box.bal", files={"box.bal": EXAMPLE}).ok().json
    assert found["members"] == ["ash", "dogwood"]


@pytest.mark.functionality
def test_a_member_elected_below_the_quota(run):
    found = (
        countback(run, stv("9: ash", "2: birch > dogwood", "1: cedar"), "--vacate", "birch")
        .ok()
        .json
    )
    assert found["countbacks"][0]["value"] == 2
    assert found["members"] == ["ash", "dogwood"]


@pytest.mark.functionality
def test_papers_without_further_preferences(run):
    found = countback(run, stv("9: ash", "2: birch", seats=2), "--vacate", "ash").ok().json
    rounds = found["countbacks"][0]["rounds"]
    assert rounds[0] == {
        "round": 1,
        "tally": {"cedar": 0, "dogwood": 0},
        "exhausted": 9,
        "elected": [],
        "excluded": ["dogwood"],
    }
    assert found["members"] == ["cedar", "birch"]


@pytest.mark.functionality
def test_standard_input_and_title(run):
    text = stv("2: ash > cedar", "2: birch", title="Board").encode()
    found = run("countback", "-", "--vacate", "ash", stdin=text).ok().json
    assert (found["title"], found["members"]) == ("Board", ["cedar", "birch"])


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(4))
def test_against_a_recount_paper_by_paper(run, seed):
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(8)]
    favour = rng.sample(names, len(names))
    rankings = [rng.sample(names, rng.randint(2, 8)) for _ in range(30)]
    text = stv(
        *(" > ".join(ranking) for ranking in rankings),
        seats=3,
        candidates=", ".join(names),
        tiebreak=", ".join(favour),
    )
    election = Transfers(names, 3, favour, rankings)
    leaving = rng.sample(election.winners, 2)
    members, _ = fill_vacancies(election, leaving)
    leaving.append(rng.choice(members))
    members, countbacks = fill_vacancies(election, leaving)
    found = countback(run, text, *vacate(*leaving)).ok().json
    assert found["countbacks"] == countbacks
    assert found["members"] == members


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_value_and_rounds_agree(run, seed):
    rng = random.Random(seed)
    names = [f"n{i}" for i in range(9)]
    lines = [
        f"{rng.randint(1, 9)}: {' > '.join(rng.sample(names, rng.randint(2, 9)))}"
        for _ in range(30)
    ]
    text = stv(*lines, seats=4, candidates=", ".join(names))
    counted = count(run, text).ok().json
    for seat, leaving in enumerate(counted["winners"]):
        found = countback(run, text, "--vacate", leaving).ok().json
        vacancy = found["countbacks"][0]
        elected_in = next(step for step in counted["rounds"] if leaving in step["elected"])
        assert vacancy["value"] == elected_in["tally"][leaving]
        for step in vacancy["rounds"]:
            votes = sum(map(Fraction, step["tally"].values())) + Fraction(step["exhausted"])
            assert votes == Fraction(vacancy["value"])
        members = list(counted["winners"])
        members[seat] = vacancy["replacement"]
        assert found["members"] == members


# --- errors -----------------------------------------------------------------


@pytest.mark.error
@pytest.mark.parametrize(
    "lines",
    [
        ["", "--vacate", "--vacate ash --method stv", "--vacate ash --format xml"],
        [
            "--vacate ash --consent",
            "--vacate ash --consent cedar,",
            "--vacate ash --consent cedar,cedar",
            "--vacate ash --consent Cedar",
        ],
    ],
    ids=["options", "consent"],
)
def test_usage(run, lines):
    for line in lines:
        assert_fails(countback(run, EXAMPLE, *line.split()), "usage", status=2, case=line)


@pytest.mark.error
@pytest.mark.parametrize("names", [["cedar"], ["elm"]], ids=["candidate", "stranger"])
def test_never_a_member(run, names):
    assert_fails(countback(run, EXAMPLE, *vacate(*names)), "not-member")


@pytest.mark.error
def test_not_a_member_at_that_moment(run):
    for names in [("ash", "ash"), ("ash", "dogwood"), ("ash", "birch", "ash")]:
        assert_fails(countback(run, EXAMPLE, *vacate(*names)), "not-member", case=names)


@pytest.mark.error
def test_consent_of_somebody_unknown(run):
    assert_fails(countback(run, EXAMPLE, "--vacate", "ash", "--consent", "elm"), "conflict")


@pytest.mark.error
def test_methods_without_papers(run):
    for method in ("irv", "plurality"):
        text = ballot_file("ash", method=method, candidates=TREES)
        assert_fails(countback(run, text, "--vacate", "ash"), "conflict", case=method)


@pytest.mark.error
def test_order_of_faults(run):
    irv = ballot_file("ash >>", method="irv", candidates=TREES)
    assert_fails(countback(run, irv, "--vacate", "elm"), "bad-ballot", 4)
    assert_fails(countback(run, "candidates: ash\n---\n", "--vacate", "elm"), "missing-header")
    args = ["--vacate", "elm", "--consent", "elm"]
    assert_fails(countback(run, EXAMPLE, *args), "conflict")
