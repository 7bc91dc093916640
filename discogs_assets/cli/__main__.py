"""`python -m discogs_assets.cli`: the command."""

import sys

from discogs_assets.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
