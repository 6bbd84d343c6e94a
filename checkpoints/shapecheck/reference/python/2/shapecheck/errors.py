"""The one exception that ends a run with an error line."""


class Fault(Exception):
    """An error with its code, and its place if it has one."""

    def __init__(self, code: str, detail: str, place: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.place = place
        self.detail = detail

    def __str__(self) -> str:
        place = f" {self.place}" if self.place else ""
        return f"error: {self.code}{place}: {self.detail}"
