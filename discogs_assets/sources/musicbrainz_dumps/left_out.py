"""The JSON paths that no column has, and why. A path that ends in `/` stands for all below it."""

from collections.abc import Mapping

from discogs_assets.sources.musicbrainz_dumps.columns import TARGETS

VOCABULARY = "the ids of the attributes, by name: a vocabulary of MusicBrainz that rarely changes"
COPY = "a copy from the record of its own, which has an id here"
MOODS = "supplementary data that no dump has had so far"


def of_relations(path: str) -> Mapping[str, str]:
    """Return what is left out of a list of relations."""
    copies = {f"{path}/{target}/": COPY for target in TARGETS}
    return {f"{path}/attribute-ids/": VOCABULARY, f"{path}/target/": COPY, **copies}


def of_credits(path: str) -> Mapping[str, str]:
    return {f"{path}/artist/": COPY}


def of_area(path: str) -> Mapping[str, str]:
    return {f"{path}/": COPY}


TRACK = "media[]/tracks[]"
RECORDING = f"{TRACK}/recording"
BY_TYPE: Mapping[str, Mapping[str, str]] = {
    "artist": {**of_area("area"), **of_area("begin-area"), **of_area("end-area")},
    "label": of_area("area"),
    "place": of_area("area"),
    "release-group": of_credits("artist-credit[]"),
    "recording": of_credits("artist-credit[]"),
    "release": {
        **of_credits("artist-credit[]"),
        **of_credits(f"{TRACK}/artist-credit[]"),
        **of_credits(f"{RECORDING}/artist-credit[]"),
        **of_relations(f"{RECORDING}/relations[]"),
        **of_area("release-events[]/area"),
        f"{RECORDING}/annotation": "it is not published of recordings on releases",
        f"{RECORDING}/moods[]": MOODS,
        "label-info[]/label/": COPY,
        "release-group/": COPY,
    },
}


def left_out_of(dump_type: str) -> Mapping[str, str]:
    """Return the paths of a dump type that are left out, and why."""
    return {**of_relations("relations[]"), "moods[]": MOODS, **BY_TYPE.get(dump_type, {})}
