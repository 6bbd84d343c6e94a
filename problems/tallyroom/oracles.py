# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""A second reading of the counting rules: one ballot at a time, tie rules as sort keys."""

from dataclasses import dataclass, field
from fractions import Fraction


def show(votes):
    """Votes as a report writes them in JSON."""
    votes = Fraction(votes)
    return votes.numerator if votes.denominator == 1 else f"{votes.numerator}/{votes.denominator}"


def report_round(rounds, tally, exhausted):
    return {
        "round": len(rounds) + 1,
        "tally": {name: show(votes) for name, votes in tally.items()},
        "exhausted": show(exhausted),
        "elected": [],
        "excluded": [],
    }


def fewest(names, tallies, favour):
    """The one to exclude; `tallies` holds the votes of this round, then of the earlier ones."""
    return min(names, key=lambda name: ([t[name] for t in tallies], -favour.index(name)))


def run_off(candidates, favour, papers):
    """Rounds, winner and winning papers for papers given as (ranking, value)."""
    alive, past, rounds = list(candidates), [], []
    while alive:
        tops = [next((name for name in ranking if name in alive), None) for ranking, _ in papers]
        tally, lost = dict.fromkeys(alive, Fraction(0)), Fraction(0)
        for top, (_, value) in zip(tops, papers, strict=True):
            if top is None:
                lost += value
            else:
                tally[top] += value
        step = report_round(rounds, tally, lost)
        rounds.append(step)
        past.insert(0, tally)
        live = sum(tally.values())
        winner = alive if len(alive) == 1 else [n for n in alive if tally[n] > live - tally[n]]
        if winner:
            step["elected"] = list(winner)
            mine = [paper for top, paper in zip(tops, papers, strict=True) if top == winner[0]]
            return rounds, winner[0], mine
        loser = fewest(alive, past, favour)
        step["excluded"] = [loser]
        alive.remove(loser)
    return rounds, None, []


@dataclass
class Ballot:
    ranking: list
    value: Fraction = Fraction(1)
    at: str | None = None


@dataclass
class Transfers:
    """An stv count; `held` has the papers of each winner at the moment of election."""

    names: list
    seats: int
    favour: list
    rankings: list
    rounds: list = field(default_factory=list)
    winners: list = field(default_factory=list)
    held: dict = field(default_factory=dict)

    def __post_init__(self):
        self.quota = len(self.rankings) // (self.seats + 1) + 1
        self.alive, self.excluded, self.fixed = list(self.names), set(), {}
        self.past = []
        self.ballots = [Ballot(ranking) for ranking in self.rankings]
        self.hand_on(self.ballots)
        while len(self.winners) < self.seats:
            self.one_round()

    def hand_on(self, ballots, factor=Fraction(1)):
        for ballot in ballots:
            ballot.value *= factor
            ballot.at = next((name for name in ballot.ranking if name in self.alive), None)

    def at(self, name):
        return [ballot for ballot in self.ballots if ballot.at == name]

    def votes(self, name):
        if name in self.fixed:
            return self.fixed[name]
        return sum((ballot.value for ballot in self.at(name)), Fraction(0))

    def elect(self, names, step):
        for name in sorted(names, key=lambda n: (-self.past[0][n], self.favour.index(n))):
            self.alive.remove(name)
            self.winners.append(name)
            self.held[name] = [(ballot.ranking, ballot.value) for ballot in self.at(name)]
            step["elected"].append(name)

    def one_round(self):
        tally = {name: self.votes(name) for name in self.names if name not in self.excluded}
        self.past.insert(0, tally)
        step = report_round(self.rounds, tally, self.votes(None))
        self.rounds.append(step)
        self.elect([name for name in self.alive if tally[name] >= self.quota], step)
        if len(self.alive) == self.seats - len(self.winners):
            self.elect(list(self.alive), step)
        if len(self.winners) == self.seats:
            return
        most = max((tally[name] for name in self.winners), default=0)
        if most > self.quota:
            self.transfer(next(name for name in self.winners if tally[name] == most), most, step)
        else:
            self.exclude(fewest(self.alive, self.past, self.favour), step)

    def transfer(self, name, votes, step):
        step["transferred"] = name
        self.fixed[name] = Fraction(self.quota)
        self.hand_on(self.at(name), (votes - self.quota) / votes)

    def exclude(self, name, step):
        step["excluded"].append(name)
        self.excluded.add(name)
        self.alive.remove(name)
        self.hand_on(self.at(name))


def fill_vacancies(election, leaving):
    """Members and countbacks of a report, when everybody consents."""
    members, held, gone, countbacks = list(election.winners), dict(election.held), set(), []
    for name in leaving:
        free = [n for n in election.names if n not in members and n not in gone]
        rounds, replacement, papers = run_off(free, election.favour, held[name])
        value = sum((value for _, value in held[name]), Fraction(0))
        countbacks.append(
            {"vacated": name, "value": show(value), "rounds": rounds, "replacement": replacement}
        )
        gone.add(name)
        seat = members.index(name)
        members[seat : seat + 1] = [] if replacement is None else [replacement]
        held[replacement] = papers
    return members, countbacks
