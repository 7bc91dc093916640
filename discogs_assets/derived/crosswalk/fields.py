"""What is compared of two releases, and how much each outcome counts.

Points add up; what is unknown on one side is NULL and counts nothing. So what all pressings of a
record share, such as durations, gives little where it is the same, or a pressing whose durations
nobody wrote down would fall behind its sisters. How values are compared is in `sql/evidence.sql`
and `sql/track_evidence.sql`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field whose evidence is a word; `points` are those of each word."""

    name: str
    description: str
    points: Mapping[str, int]

    @property
    def sql(self) -> str:
        words = " ".join(f"WHEN '{word}' THEN {count}" for word, count in self.points.items())
        return f"CASE {self.name} {words} ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Share:
    """A field whose evidence is a share from 0 to 1; `steps` have the points from a share on."""

    name: str
    description: str
    steps: Sequence[tuple[float, int]]

    @property
    def sql(self) -> str:
        steps = " ".join(f"WHEN {self.name} >= {share} THEN {count}" for share, count in self.steps)
        return f"CASE {steps} ELSE 0 END"


FIELDS = (
    Field(
        "barcode",
        "Whether a barcode is the same (same, other); a UPC equals its EAN.",
        {"same": 8, "other": -5},
    ),
    Field(
        "catno",
        "Whether a catalogue number is the same without spaces and hyphens (same), or its digits "
        "alone (near, other).",
        {"same": 6, "near": 2, "other": -5},
    ),
    Field(
        "label",
        "Whether a label is the one that is linked (same), or has its name (name, other).",
        {"same": 2, "name": 2, "other": -3},
    ),
    Field(
        "format",
        "Whether carriers and their number are the same, or of one family (same, near, other).",
        {"same": 2, "near": -2, "other": -8},
    ),
    Field(
        "country",
        "Whether a country is the same, or one lies in the other (same, near, other).",
        {"same": 3, "near": 0, "other": -5},
    ),
    Field(
        "date",
        "Whether the day is the same, or the year (day, same); near is another day of the year, or "
        "a year before or after (near, other).",
        {"day": 6, "same": 3, "near": -2, "other": -6},
    ),
    Field(
        "title",
        "Whether the title is the same, but for a tail in brackets, or nearly (same, tail, near, "
        "other).",
        {"same": 4, "tail": 2, "near": 1, "other": -5},
    ),
    Field(
        "artist",
        "Whether an artist is the one that is linked (same), or has its name (name, other).",
        {"same": 3, "name": 3, "other": -4},
    ),
    Field(
        "status",
        "Whether both or neither are promotional, or bootlegs (same, other).",
        {"same": 1, "other": -5},
    ),
)
"""In the order of their columns."""

TRACK_FIELDS: tuple[Field | Share, ...] = (
    Field(
        "tracks",
        "Whether the number of tracks is the same, or differs by one (same, near, other).",
        {"same": 2, "near": -1, "other": -5},
    ),
    Share(
        "titles",
        "The share of track titles that are equal in order.",
        ((0.6, 4), (0.3, 1), (0.0, -5)),
    ),
    Share(
        "durations",
        "The share of durations, of those that both have, within 3 seconds in order.",
        ((0.8, 1), (0.5, 0), (0.3, -3), (0.0, -6)),
    ),
)
"""What tracklists tell."""

ALL_FIELDS: tuple[Field | Share, ...] = (*FIELDS, *TRACK_FIELDS)

LEAST_POINTS = 2
"""What has fewer is no candidate."""

READY_POINTS = 14
"""What has as many, and no equal, is ready for an editor's eye."""

KEPT_BEHIND = 14
"""Before tracklists are read, candidates with so many points less than the best are dropped."""

CLOSE_POINTS = 2
"""A lead of so many points decides nothing: one error of spelling is as much."""

MOST_CANDIDATES = 12
"""So many candidates of a release are kept, and all that are equal to the last of them."""


def points(fields: Iterable[Field | Share]) -> str:
    """Return the SQL of the points that evidence adds up to."""
    return " + ".join(field.sql for field in fields)


def names(fields: Iterable[Field | Share]) -> str:
    return ", ".join(field.name for field in fields)


def evidence_text(fields: Iterable[Field | Share]) -> str:
    """Return the SQL of evidence in a line, such as `barcode=same titles=0.9`."""
    shown = (f"'{field.name}=' || {shown_value(field)}" for field in fields)
    return f"concat_ws(' ', {', '.join(shown)})"


def shown_value(field: Field | Share) -> str:
    return f"round({field.name}, 2)" if isinstance(field, Share) else field.name
