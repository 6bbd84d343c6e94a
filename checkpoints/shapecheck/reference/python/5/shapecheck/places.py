"""What was seen at one place of examples."""

from dataclasses import dataclass, field
from typing import Any, Self

from shapecheck import canonical
from shapecheck.values import Numeral, Value

MOST_STRINGS = 8


@dataclass
class Extent:
    """The least and the greatest of what was seen."""

    least: Numeral | None = None
    most: Numeral | None = None

    def add(self, number: Numeral) -> None:
        self.least = number if self.least is None else min(self.least, number)
        self.most = number if self.most is None else max(self.most, number)

    def __bool__(self) -> bool:
        return self.least is not None

    def __str__(self) -> str:
        return f"({'..'.join(self.as_json())})"

    def as_json(self) -> list[str]:
        return [canonical.number(one) for one in (self.least, self.most) if one is not None]

    @classmethod
    def of_json(cls, data: list[str]) -> Self:
        return cls(*map(Numeral.parse, data))


@dataclass
class Place:
    words: set[str] = field(default_factory=set)
    numbers: Extent = field(default_factory=Extent)
    all_whole: bool = True
    strings: set[str] = field(default_factory=set)
    lengths: Extent = field(default_factory=Extent)
    sizes: Extent = field(default_factory=Extent)
    item: "Place | None" = None
    objects: int = 0
    members: dict[str, "Member"] = field(default_factory=dict)

    def add_scalar(self, value: Value) -> None:
        if isinstance(value, Numeral):
            self.numbers.add(value)
            self.all_whole = self.all_whole and value.is_whole
        elif isinstance(value, str):
            self._add_string(value)
        else:
            self.words.add("null" if value is None else "boolean")

    def _add_string(self, value: str) -> None:
        self.lengths.add(Numeral.of(len(value)))
        if len(self.strings) <= MOST_STRINGS:
            self.strings.add(value)

    def item_place(self) -> "Place":
        self.item = self.item or Place()
        return self.item

    def member_place(self, key: str) -> "Place":
        """The place of a member, which one more object has now."""
        member = self.members.setdefault(key, Member(Place()))
        member.objects += 1
        return member.place

    # --- as a shape

    def shape(self) -> str:
        forms = [word for word in ("null", "boolean") if word in self.words]
        if self.numbers:
            forms.append(f"{'int' if self.all_whole else 'number'}{self.numbers}")
        forms += self._string_forms()
        if self.sizes:
            forms.append(f"[{self.item.shape() if self.item else 'any'}]{self.sizes}")
        if self.objects:
            members = (self._member_form(key) for key in sorted(self.members))
            forms.append("{" + ", ".join(members) + "}")
        return " | ".join(forms)

    def _string_forms(self) -> list[str]:
        if len(self.strings) > MOST_STRINGS:
            return [f"string{self.lengths}"]
        return [canonical.string(one) for one in sorted(self.strings)]

    def _member_form(self, key: str) -> str:
        member = self.members[key]
        sign = "?" if member.objects < self.objects else ""
        return f"{canonical.string(key)}{sign}: {member.place.shape()}"

    # --- as data for later

    def as_json(self) -> dict[str, Any]:
        return {
            "words": sorted(self.words),
            "numbers": self.numbers.as_json(),
            "all_whole": self.all_whole,
            "strings": sorted(self.strings),
            "lengths": self.lengths.as_json(),
            "sizes": self.sizes.as_json(),
            "item": self.item and self.item.as_json(),
            "objects": self.objects,
            "members": {
                key: [member.objects, member.place.as_json()]
                for key, member in self.members.items()
            },
        }

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> "Place":
        return cls(
            set(data["words"]),
            Extent.of_json(data["numbers"]),
            data["all_whole"],
            set(data["strings"]),
            Extent.of_json(data["lengths"]),
            Extent.of_json(data["sizes"]),
            cls.of_json(data["item"]) if data["item"] else None,
            data["objects"],
            {
                key: Member(cls.of_json(place), objects)
                for key, (objects, place) in data["members"].items()
            },
        )


@dataclass
class Member:
    place: Place
    objects: int = 0
    """In how many objects it was seen."""
