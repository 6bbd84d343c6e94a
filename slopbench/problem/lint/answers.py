"""Rules on references and mutants."""

import re
from collections.abc import Iterator

from slopbench.problem.faults import BrokenProblem
from slopbench.problem.lint.finding import Rule, Spot, Subject
from slopbench.problem.mutants import FEWEST_MUTANTS, Mutant, occurrences


def missing_references(subject: Subject) -> Iterator[Spot]:
    """Checkpoints without a known answer, in each language that has any."""
    bench, problem = subject.bench, subject.problem
    languages = bench.languages(problem.slug)
    for language in languages or [next(iter(problem.entry))]:
        for n in subject.numbers:
            folder = bench.reference_folder(problem.slug, language, n)
            if not folder.is_dir() or not any(folder.iterdir()):
                message = f"the reference for checkpoint {n} in {language} is missing"
                yield Spot(folder, None, message, "put a complete solution there")


def unknown_languages(subject: Subject) -> Iterator[Spot]:
    """References in a language for which problem.toml has no entry."""
    slug, entry = subject.problem.slug, subject.problem.entry
    for language in subject.bench.languages(slug):
        if language not in entry:
            folder = subject.bench.answers(slug) / "reference" / language
            mend = f"add [entry] {language} = ... to problem.toml"
            yield Spot(folder, None, f"problem.toml has no entry for {language}", mend)


def unusable_mutants(subject: Subject) -> Iterator[Spot]:
    """Mutant files that can't be read."""
    for n in subject.numbers:
        try:
            subject.bench.mutants(subject.problem.slug, n)
        except BrokenProblem as error:
            for fault in error.faults:
                message = ": ".join(filter(None, [fault.key, fault.what]))
                yield Spot(fault.file, fault.line, message, fault.mend)


def few_mutants(subject: Subject) -> Iterator[Spot]:
    """Checkpoints with fewer mutants than show that their tests can fail."""
    for n in subject.numbers:
        count = len(_mutants(subject, n))
        if count < FEWEST_MUTANTS:
            message = f"checkpoint {n} has {count} mutants"
            file = subject.bench.mutants_file(subject.problem.slug, n)
            yield Spot(file, None, message, f"write at least {FEWEST_MUTANTS}")


def misplaced_mutants(subject: Subject) -> Iterator[Spot]:
    """Mutants whose text to replace doesn't occur exactly once in the reference."""
    bench, slug = subject.bench, subject.problem.slug
    language = bench.language_of_answers(subject.problem)
    for n, mutant in _all_mutants(subject):
        times = occurrences(bench.reference_folder(slug, language, n), mutant)
        if times != 1:
            message = (
                f"the find of {mutant.id!r} occurs {times} times in {mutant.file}, expected once"
            )
            mend = "adapt file or find to the reference"
            yield Spot(bench.mutants_file(slug, n), None, message, mend)


def loose_quotes(subject: Subject) -> Iterator[Spot]:
    """Mutants whose `breaks` is no quotation from a specification up to their checkpoint."""
    for n, mutant in _all_mutants(subject):
        specs = " ".join(_plain(spec.text) for spec in subject.specs if spec.n <= n)
        pieces = re.split(r"\s*(?:\.\.\.|…)\s*", mutant.breaks)
        if not all(_plain(piece) in specs for piece in pieces):
            message = f"the breaks of {mutant.id!r} occurs in no spec up to checkpoint {n}"
            mend = 'quote a sentence of a spec; "..." may stand for what is left out'
            yield Spot(subject.bench.mutants_file(subject.problem.slug, n), None, message, mend)


def _mutants(subject: Subject, n: int) -> list[Mutant]:
    """The mutants of a checkpoint; none if their file is faulty, which has a rule of its own."""
    try:
        return subject.bench.mutants(subject.problem.slug, n)
    except BrokenProblem:
        return []


def _all_mutants(subject: Subject) -> Iterator[tuple[int, Mutant]]:
    for n in subject.numbers:
        yield from ((n, mutant) for mutant in _mutants(subject, n))


def _plain(text: str) -> str:
    """A text without marks of emphasis and code, in lower case, with single blanks."""
    return " ".join(re.sub(r"[`*]", "", text).replace("|", " ").lower().split())


RULES = (
    Rule("reference", "error", "Each checkpoint has a reference", missing_references),
    Rule("reference-language", "error", "References have an entry command", unknown_languages),
    Rule("mutant-file", "error", "Mutant files can be read", unusable_mutants),
    Rule("mutant-count", "error", "Each checkpoint has three mutants or more", few_mutants),
    Rule("mutant-find", "error", "What a mutant replaces occurs exactly once", misplaced_mutants),
    Rule("mutant-quote", "warning", "A mutant quotes the sentence that it breaks", loose_quotes),
)
