"""What config.yaml may hold: the settings of a problem and of its checkpoints."""

from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from packaging.requirements import InvalidRequirement, Requirement
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)
from pydantic_core import PydanticCustomError

from slopbench.problem.entry import Frozen, Text

GROUPS = {
    "Core": "core",
    "Functionality": "functionality",
    "Error": "error",
    "Regression": "regression",
}
"""Their names of groups and ours."""


def _inside(path: str) -> str:
    """A path that stays below the folder that it is relative to, and isn't that folder itself."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path or "\\" in path:
        raise PydanticCustomError(
            "path_inside", "leads elsewhere; give a path below the folder, such as files/a.csv"
        )
    return PurePosixPath(path).as_posix()


def _requirement(text: str) -> str:
    try:
        return str(Requirement(text))
    except InvalidRequirement as error:
        raise PydanticCustomError(
            "requirement", "is no requirement; write it like requests>=2.31"
        ) from error


InnerPath = Annotated[str, AfterValidator(_inside)]
Id = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$")]
MarkerName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$")]
VariableName = Annotated[str, StringConstraints(pattern=r"^[^=\x00]+$")]
VariableValue = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Environment = dict[VariableName, VariableValue]
Timeout = Annotated[float, Field(gt=0, allow_inf_nan=False)] | None
"""Seconds that one test may take; None is no limit."""

EntryFile = Annotated[str, StringConstraints(pattern=r"^\w[\w-]*(\.\w[\w-]*)*(/\w[\w.-]*)*$")]
TestRequirement = Annotated[str, AfterValidator(_requirement)]


class AssetSettings(BaseModel):
    """A file or folder for agents and tests: `path` in the problem, `save_path` in a workspace."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    path: InnerPath
    save_path: InnerPath | None = None


class MarkerSettings(Frozen):
    """A marker of the problem's own and the group of the tests that carry it."""

    description: str = ""
    group: Literal["Core", "Functionality", "Regression", "Error"]

    @field_validator("group", mode="before")
    @classmethod
    def _in_any_case(cls, value: Any) -> Any:
        return value.capitalize() if isinstance(value, str) else value


class CheckpointSettings(Frozen):
    """One checkpoint; what is left out comes from the problem."""

    name: str | None = None
    version: int = 1
    order: int | None = None
    state: Literal["Draft", "Core Tests", "Full Tests", "Verified"] = "Draft"
    timeout: Timeout = None
    env: Environment = Field(default_factory=dict)
    include_prior_tests: bool = True
    spec_override: str | None = None


class Config(BaseModel):
    """A whole config.yaml; keys of a problem that aren't known are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Text
    version: int = 1
    description: Text
    tags: tuple[Text, ...] = Field(min_length=1)
    entry_file: EntryFile
    checkpoints: dict[Id, CheckpointSettings] = Field(min_length=1)
    timeout: Timeout = None
    env: Environment = Field(default_factory=dict)
    category: str | None = None
    difficulty: Literal["Easy", "Medium", "Hard"] = "Easy"
    author: str | None = None
    inspiration: str | None = None
    design_doc: str | None = None
    test_dependencies: tuple[TestRequirement, ...] = ()
    static_assets: dict[Id, AssetSettings] = Field(default_factory=dict)
    markers: dict[MarkerName, MarkerSettings] = Field(default_factory=dict)

    @field_validator("checkpoints", mode="before")
    @classmethod
    def _from_names(cls, value: Any) -> Any:
        """A list of names, and names without settings, are checkpoints that say nothing."""
        if isinstance(value, dict):
            return {name: {} if step is None else step for name, step in value.items()}
        if not isinstance(value, list):
            return value
        if not all(isinstance(name, str) for name in value) or len(set(value)) < len(value):
            raise PydanticCustomError(
                "checkpoint_names", "is no list of different names; write names or a map"
            )
        return {name: {} for name in value}

    @property
    def steps(self) -> tuple[tuple[str, CheckpointSettings], ...]:
        """The checkpoints with their names, as they are worked on: by order, then by name."""
        placed = [
            (position if step.order is None else step.order, name)
            for position, (name, step) in enumerate(self.checkpoints.items(), start=1)
        ]
        return tuple((name, self.checkpoints[name]) for _, name in sorted(placed))

    def timeout_of(self, step: CheckpointSettings) -> float | None:
        """The seconds that a test of a checkpoint may take: its own or the problem's."""
        return step.timeout if "timeout" in step.model_fields_set else self.timeout
