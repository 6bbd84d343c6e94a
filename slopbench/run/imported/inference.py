"""inference_result.json of SlopCodeBench: what the agent took, and whether it failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slopbench.run.imported.outcomes import number
from slopbench.run.imported.parsing import Unusable

TOKENS = ("input", "output", "cache_read", "cache_write")
USAGES = ("net_tokens", "tokens")
"""Where a usage keeps the tokens of all its steps, newer name first."""


@dataclass(frozen=True)
class Inference:
    """Seconds, US dollars and tokens of an agent at one checkpoint; None where it isn't recorded."""

    failed: bool = False
    seconds: float | None = None
    cost_usd: float | None = None
    tokens: Mapping[str, int] | None = None


def convert(found: Mapping[str, Any]) -> Inference:
    """What the file says. Raises Unusable if it says it in another shape."""
    failed = found.get("had_error", False)
    if not isinstance(failed, bool):
        raise Unusable("says neither yes nor no to had_error")
    usage = found.get("usage") or {}
    if not isinstance(usage, dict):
        raise Unusable("has a usage of an unknown shape")
    return Inference(
        failed=failed,
        seconds=number(found, "elapsed"),
        cost_usd=number(usage, "cost"),
        tokens=tokens_of(usage),
    )


def tokens_of(usage: Mapping[str, Any]) -> dict[str, int] | None:
    """The four classes as they count them, where the file has them."""
    found = next((usage[name] for name in USAGES if name in usage), None)
    if found is None:
        return None
    if not isinstance(found, dict):
        raise Unusable("has tokens of an unknown shape")
    counted = {name: number(found, name) for name in TOKENS}
    return {name: int(count) for name, count in counted.items() if count is not None} or None
