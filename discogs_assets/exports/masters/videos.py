"""Which masters carry some tags, and which videos lead to them; whoever answers, the same."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Protocol, TypeVar

import numpy as np
from pyroaring import BitMap

from discogs_assets.errors import SettingError
from discogs_assets.exports.masters.masters import KINDS

LOOKED_AT = 100
"""Masters that are looked at for one that has videos."""
READ = 20_000
"""Masters whose videos are read at once, when all are wanted."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Question:
    """Tags by kind: a master has to carry one of each kind that has any here."""

    tags: Mapping[str, Sequence[str]]

    @property
    def kinds(self) -> dict[str, list[str]]:
        """The kinds that matter, each tag of them once."""
        return {kind: [*dict.fromkeys(tags)] for kind in KINDS if (tags := self.tags.get(kind))}

    def __str__(self) -> str:
        return ", ".join(" or ".join(tags) for tags in self.kinds.values())


@dataclass(frozen=True)
class Master:
    """A master and the addresses of its videos, sorted."""

    id: int
    title: str
    videos: Sequence[str]


class View(Protocol):
    """One month, for as long as a question takes."""

    def tags(self, kind: str) -> set[str]:
        """Return the tags of a kind."""

    def matching(self, kinds: Mapping[str, Sequence[str]]) -> BitMap:
        """Return the masters that carry one tag of each kind, of those that are named."""

    def with_videos(self, ids: Sequence[int]) -> list[Master]:
        """Return those of some masters that have videos, in their order."""


class Answers(Protocol):
    """Somebody who can be asked; `name` says who that is."""

    name: str

    def ask(self, question: Callable[[View], Found]) -> Found:
        """Return what a function finds; it sees one month, and may be called again."""


@dataclass(frozen=True)
class Row:
    """A video that leads to a master."""

    master_id: int
    master: str
    uri: str


@dataclass(frozen=True)
class Answer:
    """The masters that match, and those of them whose videos were asked for."""

    matching: BitMap
    masters: Sequence[Master]

    def iter_rows(self) -> Iterator[Row]:
        """Yield all videos."""
        for master in self.masters:
            for uri in master.videos:
                yield Row(master.id, master.title, uri)


def find_all(answers: Answers, question: Question) -> Answer:
    """Return every matching master that has videos."""

    def ask(view: View) -> Answer:
        matching = find_matching(view, question)
        parts = (
            view.with_videos(matching[start : start + READ].to_array())
            for start in range(0, len(matching), READ)
        )
        return Answer(matching, [master for part in parts for master in part])

    return answers.ask(ask)


def find_one(answers: Answers, question: Question, seed: int | None = None) -> Answer:
    """Return a random matching master of those that have videos, with a random one of them.

    With a `seed` it is the same one each time.
    """

    def ask(view: View) -> Answer:
        random = np.random.default_rng(seed)
        matching = find_matching(view, question)
        ids = random.permutation(matching.to_array()).tolist()
        for start in range(0, len(ids), LOOKED_AT):
            if found := view.with_videos(ids[start : start + LOOKED_AT]):
                master = found[0]
                place = int(random.integers(len(master.videos)))
                return Answer(matching, [replace(master, videos=[master.videos[place]])])
        return Answer(matching, [])

    return answers.ask(ask)


def find_matching(view: View, question: Question) -> BitMap:
    """Return the masters that match; SettingError for tags that nothing carries."""
    kinds = question.kinds
    if not kinds:
        raise SettingError("expected --genre, --style or --year, found none; say what to look for")
    for kind, tags in kinds.items():
        known = view.tags(kind)
        for tag in tags:
            if tag not in known:
                raise SettingError(unknown(kind, tag, known))
    return view.matching(kinds)


def unknown(kind: str, tag: str, known: set[str]) -> str:
    """Return what is wrong with a tag that nothing carries, and which come close."""
    plain: dict[str, list[str]] = {}
    for one in sorted(known):
        plain.setdefault(one.casefold(), []).append(one)
    close = [one for text in get_close_matches(tag.casefold(), plain) for one in plain[text]]
    parts = [one for one in sorted(known) if tag.casefold() in one.casefold()]
    near = [*dict.fromkeys([*close, *parts[:3]])] or sorted(known)[:3]
    return (
        f"--{kind} {tag!r}: no master has this {kind}; "
        f"{'try ' + ', '.join(near) if near else 'no master has any'}"
    )
