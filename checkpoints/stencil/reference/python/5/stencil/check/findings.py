"""What a check has found."""

from dataclasses import dataclass

from ..source import Place


@dataclass(frozen=True)
class Finding:
    place: Place
    code: str
    subject: str

    def __str__(self) -> str:
        return f"{self.place} {self.code} {self.subject}"

    def sort_key(self) -> tuple:
        return self.place.source.name or "", self.place.coordinates(), self.code, self.subject


class Findings:
    def __init__(self) -> None:
        self._found: set[Finding] = set()

    def add(self, place: Place, code: str, subject: str) -> None:
        self._found.add(Finding(place, code, subject))

    def sorted(self) -> list[Finding]:
        return sorted(self._found, key=Finding.sort_key)
