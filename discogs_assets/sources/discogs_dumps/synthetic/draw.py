"""Random choices that are the same after the same seed."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw(Random):
    """The standard generator with choices that are quicker, and enough for made-up data."""

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def below(self, limit: int) -> int:
        return int(self.random() * limit)

    def low(self, limit: int) -> int:
        """Return a number below `limit`, a low one likelier than a high one."""
        return int(self.random() * self.random() * limit)

    def pick(self, values: Sequence[T]) -> T:
        return values[int(self.random() * len(values))]

    def run(self, values: Sequence[T], count: int) -> Sequence[T]:
        """Return `count` neighbours; far quicker than as many picks from a long list."""
        first = int(self.random() * (len(values) - count + 1))
        return values[first : first + count]


def weighted(weights: Mapping[T, int]) -> tuple[T, ...]:
    """Return each value as many times as its weight, to pick from."""
    return tuple(value for value, weight in weights.items() for _ in range(weight))


def pool(make: Callable[[Draw], T], count: int = 256) -> tuple[T, ...]:
    """Return ready-made values to pick from, the same ones each time."""
    draw = Draw(count)
    return tuple(make(draw) for _ in range(count))
