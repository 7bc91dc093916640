"""Put the tracks of a medium in one list: MusicBrainz has a pregap and data tracks apart."""

from typing import Any

from discogs_assets.sources.musicbrainz_dumps.json.schema import Node


def add_parts(tree: Node) -> bool:
    """Let media have a pregap and data tracks, which are tracks; False where none are declared."""
    media = tree.keys.get("media")
    if media is None:
        return False
    tracks = media.keys["tracks"]
    media.keys["pregap"] = Node(tracks.keys)
    media.keys["data-tracks"] = Node(tracks.keys, is_list=True)
    return True


def join_tracks(release: Any) -> None:
    """Put the pregap before the tracks of each medium and the data tracks behind, each marked."""
    for medium in release.media or ():
        if medium.pregap is None and not medium.data_tracks:
            medium.data_tracks = []  # It may be null, and only an empty list is left out.
            continue
        before = [] if medium.pregap is None else [medium.pregap]
        after = medium.data_tracks or []
        for track in before:
            track.part = "pregap"
        for track in after:
            track.part = "data"
        medium.tracks = [*before, *(medium.tracks or ()), *after]
        medium.pregap, medium.data_tracks = None, []
