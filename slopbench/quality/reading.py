"""Reads the files of a tree: those that were read before from the cache, the others in parallel."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath

from slopbench.errors import InfrastructureError, LimitError
from slopbench.quality.cache import key_of, recall, remember
from slopbench.quality.dead import look
from slopbench.quality.facts import FileFacts
from slopbench.quality.files import SourceFile
from slopbench.quality.fingerprint import reading_fingerprint
from slopbench.quality.languages import AnyLanguage, language_of_name, language_of_shebang
from slopbench.quality.languages.beyond import Beyond
from slopbench.quality.reader import read
from slopbench.quality.rules.find import Findings, find
from slopbench.quality.rules.process import Limits
from slopbench.quality.rules.texts import RuleInput
from slopbench.quality.source import blanked, decode, read_bytes
from slopbench.quality.tokens import Interner

WORTH_A_PROCESS = 1 << 20
"""Bytes of source below which another process costs more than it saves."""
BASE_SECONDS, SECONDS_A_MEGABYTE = 60.0, 10.0
"""What a rule engine may take, some ten times what it needs for code that people write."""
IN_TIME = " within its limits"
_PIECES = 4
"""Pieces of work for each process, so that one with long files doesn't keep the others waiting."""


@dataclass(frozen=True)
class Text:
    """A file's bytes, and its path in the tree."""

    file: str
    data: bytes


@dataclass(frozen=True)
class Means:
    """What reading may use: a cache, None for no cache, and so many processes at once."""

    cache: Path | None = None
    jobs: int = 1


ALONE = Means()
"""No cache and no other process."""


def available_jobs() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0))


def read_files(files: Sequence[SourceFile], means: Means) -> list[FileFacts]:
    """The facts of the files, in their order.

    Raises InfrastructureError if a file can't be read, LimitError if it is too large.
    """
    texts = [Text(file.name, read_bytes(file.path)) for file in files]
    if means.cache is None:
        return _looked_through(texts, means.jobs)
    keys = [
        key_of(text.data, text.file, file.language.name, reading_fingerprint())
        for text, file in zip(texts, files, strict=True)
    ]
    known = recall(keys, means.cache)
    new = [key for key in dict.fromkeys(keys) if key not in known]
    by_key = dict(zip(keys, texts, strict=True))
    fresh = dict(zip(new, _looked_through([by_key[key] for key in new], means.jobs), strict=True))
    remember({key: facts for key, facts in fresh.items() if _is_final(facts)}, means.cache)
    known |= fresh
    return [known[key] for key in keys]


def _is_final(facts: FileFacts) -> bool:
    """Whether reading again would give the same: on an idle machine an engine may get further."""
    return not any(engine.endswith(IN_TIME) for engine in facts.unread_by)


def read_plainly(files: Sequence[SourceFile]) -> list[FileFacts]:
    """The facts of the files without what rules find, for states of the code that aren't scored."""
    return _read_piece([Text(file.name, read_bytes(file.path)) for file in files])


def _looked_through(texts: Sequence[Text], jobs: int) -> list[FileFacts]:
    """The facts of texts with what the rules find in them."""
    read = _read(texts, jobs)
    pairs = enumerate(zip(texts, read, strict=True))
    inputs = [_rule_input(number, text, facts) for number, (text, facts) in pairs]
    found = _found(inputs, jobs) if inputs else Findings()
    return [_with_findings(facts, number, found) for number, facts in enumerate(read)]


def _found(inputs: Sequence[RuleInput], jobs: int) -> Findings:
    """What the rules find. Where an engine reaches its limit, the files are unread and no score is
    lost but verbosity, however code was made to be slow."""
    megabytes = sum(len(each.text) for each in inputs) / 1e6
    limits = Limits(BASE_SECONDS + SECONDS_A_MEGABYTE * megabytes, threads=jobs)
    try:
        return find(inputs, limits=limits)
    except LimitError as error:
        numbers = {each.number for each in inputs}
        return Findings({number: [] for number in numbers}, {f"{error.where}{IN_TIME}": numbers})


def _rule_input(number: int, text: Text, facts: FileFacts) -> RuleInput:
    language = _language_of(text)
    return RuleInput(
        number,
        language.dialect or language.name,
        decode(text.data, language).text,
        facts.comments.tolist(),
        facts.sloc_rows.tolist(),
        depth=facts.depth,
        is_package_init=PurePosixPath(text.file).name == "__init__.py",
    )


def _with_findings(facts: FileFacts, number: int, found: Findings) -> FileFacts:
    if number not in found.by_number:
        return facts
    unread = frozenset(engine for engine, numbers in found.unread.items() if number in numbers)
    return replace(facts, findings=tuple(found.by_number[number]), unread_by=unread)


def _read(texts: Sequence[Text], jobs: int) -> list[FileFacts]:
    size = sum(len(text.data) for text in texts)
    processes = min(jobs, len(texts), 1 + size // WORTH_A_PROCESS)
    if processes <= 1:
        return _read_piece(texts)
    pieces = list(_pieces(texts, size // (processes * _PIECES) + 1))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        return list(chain.from_iterable(pool.map(_read_piece, pieces)))


def _pieces(texts: Sequence[Text], size: int) -> Iterator[list[Text]]:
    """The texts in their order, divided where a piece has reached the size in bytes."""
    piece: list[Text] = []
    weight = 0
    for text in texts:
        piece.append(text)
        weight += len(text.data)
        if weight >= size:
            yield piece
            piece, weight = [], 0
    if piece:
        yield piece


def _read_piece(texts: Sequence[Text]) -> list[FileFacts]:
    interner = Interner()
    return [_read_text(text, interner) for text in texts]


def _read_text(text: Text, interner: Interner) -> FileFacts:
    language = _language_of(text)
    source = decode(text.data, language)
    if isinstance(language, Beyond):
        from slopbench.quality.beyond import read_beyond

        return read_beyond(source, language, text.file, interner)
    facts = read(source, language, text.file, interner)
    if language.name == "python":
        code = blanked(source.text, facts.comments.tolist())
        facts = replace(facts, dead_code=look(code.decode("utf-8"), text.file))
    return facts


def _language_of(text: Text) -> AnyLanguage:
    language = language_of_name(text.file) or language_of_shebang(text.data[:256])
    if language is None:
        raise InfrastructureError(
            "changed while it was read", where=text.file, mend="score it again"
        )
    return language
