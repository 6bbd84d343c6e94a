"""Canonical text."""

from collections.abc import Iterable

from shapecheck.values import Numeral

_ESCAPES = {code: f"\\u{code:04x}" for code in range(0x20)} | {ord('"'): '\\"', ord("\\"): "\\\\"}
_WORDS = {None: "null", True: "true", False: "false"}


def order(text: str) -> tuple[int, str]:
    """Sorts smaller documents first."""
    return len(text), text


def scalar(value: None | bool | str | Numeral) -> str:
    if isinstance(value, Numeral):
        return number(value)
    return string(value) if isinstance(value, str) else _WORDS[value]


def string(value: str) -> str:
    return f'"{value.translate(_ESCAPES)}"'


def number(value: Numeral) -> str:
    """The digits of a number, with a point among them if it is not whole."""
    before = value.digits[: max(value.point, 0)].ljust(value.point, "0") or "0"
    after = value.digits[max(value.point, 0) :]
    sign = "-" if value.sign < 0 else ""
    return sign + before + ("." + "0" * -value.point + after if after else "")


def array(items: Iterable[str]) -> str:
    return "[" + ",".join(items) + "]"


def obj(members: dict[str, str]) -> str:
    return "{" + ",".join(f"{string(key)}:{members[key]}" for key in sorted(members)) + "}"
