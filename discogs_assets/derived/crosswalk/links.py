"""Find the links between MusicBrainz and Discogs that MusicBrainz has as relations to pages."""

from dataclasses import dataclass
from pathlib import Path

from discogs_assets.derived.crosswalk.inputs import Inputs
from discogs_assets.derived.crosswalk.scratch import Scratch
from discogs_assets.display.progress import UNSEEN, Parts

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: the type of its relation to Discogs, and what its page is there.

    Type ids as of MusicBrainz' own list of relations, July 2026.
    """

    name: str
    type_id: str
    page: str


KINDS = (
    Kind("artist", "04a5b104-a4c2-4bac-99a1-7b837c37d9e4", "artist"),
    Kind("label", "5b987f87-25bc-4a2d-b3f1-3618795b8207", "label"),
    Kind("release", "4a78823c-1c53-4176-a5f3-58026c76f2bc", "release"),
    Kind("release_group", "99e550f3-5ab4-3110-b5b9-fe01d970b126", "master"),
)


def read_sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()


def find_links(
    scratch: Scratch,
    inputs: Inputs,
    name: str = "link",
    *,
    with_findings: bool = False,
    parts: Parts = UNSEEN,
) -> None:
    """Have the links under a name, and with `with_findings` what is wrong as `link_finding`."""
    for kind in KINDS:
        values = {"kind": kind.name, "type_id": kind.type_id, "page": kind.page}
        with parts.part(f"links of {kind.name}", 1, 3):
            scratch.replace("url", inputs.fill(read_sql("url"), **values))
            scratch.add(name, inputs.fill(read_sql("link"), **values))
            if with_findings:
                scratch.add("link_finding", inputs.fill(read_sql("link_finding"), **values))
    scratch.remove("url")
