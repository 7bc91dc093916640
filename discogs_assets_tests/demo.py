"""`make demo`: the demo, with its months published on an S3 server of its own."""

import sys

from discogs_assets.cli.demonstration.demo import DUMPS, Demo, make_home, write_months
from discogs_assets_tests.support.s3_server import CREDENTIALS, s3_server, upload

BUCKET = "discogs-dumps"


def main() -> int:
    make_home()
    with s3_server() as address:
        demo = Demo(
            source=f"s3://{BUCKET}",
            command=".venv/bin/discogs-assets",
            ui="make ui",
            access={**CREDENTIALS, "AWS_ENDPOINT_URL": address},
        )
        write_months(demo.console)
        upload(address, BUCKET, DUMPS)
        return demo.run()


if __name__ == "__main__":
    sys.exit(main())
