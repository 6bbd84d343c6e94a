"""What is wrong with a benchmark folder, said so that its author can mend it."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from slopbench.errors import UsageError

SHOWN = 8
"""How many faults one error lists before it only counts the rest."""

WIDEST = 100
"""How much of a faulty value is repeated."""


@dataclass(frozen=True)
class Fault:
    """One thing that keeps a file or folder from being loaded."""

    file: Path
    what: str
    mend: str
    key: str = ""
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The fault as commands with `--json` give it."""
        place = {"file": str(self.file), "line": self.line, "key": self.key or None}
        return {**place, "message": self.what, "mend": self.mend}

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return "; ".join([": ".join(filter(None, [place, self.key, self.what])), self.mend])


class BrokenProblem(UsageError):
    """A benchmark folder can't be loaded; `faults` holds every reason, the text the first few."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        first = faults[0]
        super().__init__(first.what, where=str(first.file), mend=first.mend)
        lines = [str(fault) for fault in faults[:SHOWN]]
        if len(faults) > SHOWN:
            lines.append(f"{len(faults) - SHOWN} more faults; mend these first")
        self.args = ("\n".join(lines),)


def faults_of(error: ValidationError, file: Path, model: type[BaseModel]) -> list[Fault]:
    """Each complaint of pydantic about `file` in our words; `model` is what it was read as."""
    return [_fault(detail, file, model) for detail in error.errors(include_url=False)]


def _fault(detail: ErrorDetails, file: Path, model: type[BaseModel]) -> Fault:
    what, mend = _words(detail, model)
    return Fault(file, what, mend, key=_key(detail["loc"]))


def _words(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    """What is wrong and how to mend it."""
    given, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return "is missing", "add this key"
        case "extra_forbidden":
            return "is not a known key", _near(str(detail["loc"][-1]), _known_keys(model, detail))
        case "literal_error":
            return f"is {_cut(given)}", f"write {context['expected']}"
        case "string_pattern_mismatch":
            return f"is {_cut(given)}", f"it has to match {context['pattern']}"
        case "too_short":
            return f"is {_cut(given)}", "give at least one"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"is {_cut(given)}", "make it a table with keys"
        case _:
            return _own_words(detail["msg"], given)


def _own_words(message: str, given: Any) -> tuple[str, str]:
    """Our own checks write "what; mend"; for pydantic's, the message says how to mend it."""
    what, separator, mend = message.partition("; ")
    if separator:
        return what, mend
    return f"is {_cut(given)}", message[0].lower() + message[1:]


def _cut(given: Any) -> str:
    """A value as Python writes it, without the end of a long one."""
    text = repr(given)
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}…"


def _known_keys(model: type[BaseModel], detail: ErrorDetails) -> list[str]:
    """The keys that the table around an unknown key may have."""
    for step in detail["loc"][:-1]:
        model = _models_below(model).get(step, model) if isinstance(step, str) else model
    names = (field.alias or name for name, field in model.model_fields.items())
    return sorted(name for name in names if name.isidentifier())


def _models_below(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The models that a model's keys hold, alone or in a list or table."""
    found = {}
    for name, field in model.model_fields.items():
        candidates: Iterable[Any] = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for candidate in candidates:
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                found[field.alias or name] = candidate
    return found


def near_matches(word: str, known: Iterable[str]) -> str:
    """How to mend an unknown word: what was probably meant, else what there is."""
    return _near(word, sorted(known))


def _near(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=3)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"known are: {', '.join(known)}" if known else "there are none"


def _key(place: tuple[int | str, ...]) -> str:
    """`checkpoint #2.punishes` for the place ("checkpoint", 1, "punishes")."""
    key = ""
    for step in place:
        key += f" #{step + 1}" if isinstance(step, int) else f".{step}"
    return key.lstrip(".")
