"""Whom a recorded SlopCodeBench run measured, out of its config.yaml or its result.json."""

import hashlib
from collections.abc import Mapping
from typing import Any

from slopbench.run.imported.layout import SETTINGS_BYTES, settings_of
from slopbench.run.imported.parsing import Unusable, as_text, parsed_row
from slopbench.run.imported.source import Refused, SourceFolder, TooLarge, refused
from slopbench.run.plan import Subject

UNKNOWN = "unknown"
NO_THINKING = ("none", "disabled")


def read_config(run: SourceFolder) -> dict[str, Any]:
    """The settings of the run, empty if it kept none. Raises Refused for a run of another kind."""
    config = settings_of(run, "config.yaml") or {}
    if as_text(part(config, "one_shot").get("enabled")) == "true":
        raise refused(run.shown / "config.yaml", "is of a one-shot run, which has no checkpoints")
    return config


def named_problems(config: Mapping[str, Any]) -> list[str]:
    """The problems that the settings name; empty where the run took all there were."""
    found = config.get("problems")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def read_subject(run: SourceFolder, config: Mapping[str, Any]) -> Subject:
    """Agent, model and prompt. Raises Refused if the run says nowhere which agent it was."""
    subject = from_config(config) if part(config, "agent") else from_result(run)
    if subject is None:
        raise Refused(
            "says nowhere which agent it measured",
            where=str(run.shown),
            mend="give the folder of a whole run, with its config.yaml or result.json",
        )
    return subject


def from_config(config: Mapping[str, Any]) -> Subject | None:
    agent, model = part(config, "agent"), part(config, "model")
    prompt = config.get("prompt_content")
    names = (as_text(model.get("provider")), as_text(model.get("name")))
    return subject(
        runner=as_text(agent.get("type")),
        version=as_text(agent.get("version")),
        model="/".join(name for name in names if name) or None,
        thinking=as_text(config.get("thinking")) or as_text(config.get("thinking_max_tokens")),
        prompt=as_text(config.get("prompt_path")) or as_text(config.get("prompt")),
        prompt_hash=sha256(prompt) if isinstance(prompt, str) and prompt else UNKNOWN,
    )


def from_result(run: SourceFolder) -> Subject | None:
    try:
        content = run.file("result.json", SETTINGS_BYTES)
        result = parsed_row(content) if content else {}
    except (Unusable, TooLarge) as error:
        raise refused(run.shown / "result.json", str(error)) from error
    return subject(
        runner=as_text(result.get("agent_type")),
        version=as_text(result.get("agent_version")),
        model=as_text(result.get("model")),
        thinking=as_text(result.get("thinking")),
        prompt=as_text(result.get("prompt")),
        prompt_hash=UNKNOWN,
    )


def subject(
    *,
    runner: str | None,
    version: str | None,
    model: str | None,
    thinking: str | None,
    prompt: str | None,
    prompt_hash: str,
) -> Subject | None:
    """The subject, if there is an agent; how much it may think is a part of the model.

    Each checkpoint of theirs is a new conversation that continues the agent's own files.
    """
    if runner is None:
        return None
    if model and thinking and thinking not in NO_THINKING:
        model = f"{model} thinking={thinking}"
    stem = (prompt or UNKNOWN).rpartition("/")[2].removesuffix(".jinja")
    return Subject(
        runner=runner,
        runner_version=version or UNKNOWN,
        model=model,
        prompt=stem,
        prompt_hash=prompt_hash,
        language="python",
    )


def part(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A mapping within settings, empty if it isn't there or is something else."""
    found = settings.get(name)
    return found if isinstance(found, dict) else {}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
