"""What a piece of work says that it consists of."""

from collections.abc import Iterator
from contextlib import contextmanager


class ToldParts:
    """Notes the weights of parts by name, in the order of their ends."""

    def __init__(self) -> None:
        self.weights: dict[str, float] = {}

    @contextmanager
    def part(self, name: str, weight: float, statements: int = 1) -> Iterator[None]:
        assert statements >= 0
        yield
        self.weights[name] = self.weights.get(name, 0) + weight
