"""What is known of a value without having it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Type:
    """A kind of values, with the items of a list or the fields of an object, as far as known."""

    kind: str
    items: "Type | None" = None
    fields: "tuple[tuple[str, Slot], ...]" = ()

    def field(self, name: str) -> "Slot | None":
        return dict(self.fields).get(name)

    def suits(self, kinds: frozenset[str]) -> bool:
        return self == ANY or self.kind in kinds


@dataclass(frozen=True)
class Slot:
    """A place for a value, which may be empty."""

    type: Type
    is_optional: bool = False

    def shown(self, keys: tuple[str, ...]) -> "Slot":
        """The same place, once it is known that a path of fields from here is defined."""
        kind = self.type
        if keys:
            fields = {**dict(kind.fields)}
            if keys[0] in fields:
                fields[keys[0]] = fields[keys[0]].shown(keys[1:])
            kind = replace(kind, fields=tuple(fields.items()))
        return Slot(kind)


ANY, STRING, NUMBER, BOOLEAN, NULL = map(Type, ("any", "string", "number", "boolean", "null"))
NAMED = {known.kind: known for known in (ANY, STRING, NUMBER, BOOLEAN)}
