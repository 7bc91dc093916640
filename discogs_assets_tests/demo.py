"""`make demo`: the demo, with its dumps published on servers of its own.

`--with musicbrainz` brings MusicBrainz and ListenBrainz in as well.
"""

import sys

from discogs_assets.cli.demonstration.demo import (
    DUMPS,
    Demo,
    make_home,
    write_months,
    write_other_dumps,
)
from discogs_assets_tests.support.listen_site import ListenSite
from discogs_assets_tests.support.musicbrainz_site import MusicBrainzSite
from discogs_assets_tests.support.s3_server import CREDENTIALS, s3_server, upload

BUCKET = "discogs-dumps"


def main() -> int:
    has_others = sys.argv[1:] == ["--with", "musicbrainz"]
    make_home()
    with (
        s3_server() as address,
        MusicBrainzSite(DUMPS / "musicbrainz") as musicbrainz,
        ListenSite(DUMPS / "listenbrainz") as listenbrainz,
    ):
        demo = Demo(
            source=f"s3://{BUCKET}",
            command=".venv/bin/discogs-assets",
            ui="make ui",
            access={**CREDENTIALS, "AWS_ENDPOINT_URL": address},
            has_others=has_others,
            others={
                "MUSICBRAINZ_DUMPS_URL": musicbrainz.url,
                "LISTENBRAINZ_URL": listenbrainz.url,
            },
        )
        write_months(demo.console)
        if has_others:
            write_other_dumps(demo.console)
        upload(address, BUCKET, DUMPS)
        return demo.run()


if __name__ == "__main__":
    sys.exit(main())
