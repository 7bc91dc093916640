"""Every asset leads to the files it is written in."""

from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import all_assets
from discogs_assets.orchestration.code_references import KEY, PACKAGE, link_code
from discogs_assets.platform import read_settings

ASSETS = all_assets(read_settings({}))
CODE = "https://github.com/somebody/discogs-assets/blob/main"

ALL = all_assets(read_settings({}))

LINKS = {
    "catalogue": ["sources/dumps/sensor/catalogue_asset.py", "sources/dumps/sensor/published.py"],
    "artists_dump": ["sources/dumps/assets.py", "sources/dumps/download.py"],
    "labels_records": [
        "sources/dumps/assets.py",
        "sources/dumps/publish.py",
    ],
    "artist": ["sources/dumps/table_assets.py", "sources/discogs_dumps/tables.py"],
    "release_track": ["sources/dumps/table_assets.py", "sources/discogs_dumps/release_tables.py"],
    "sqlite": ["exports/assets.py", "exports/sqlite/sink.py"],
    "tag": ["derived/assets.py", "derived/sql/tag.sql"],
    "finding": ["derived/assets.py", "derived/findings/rules.py"],
}
FUNCTIONS = {
    "artists_dump": "dump",
    "labels_records": "records",
    "artist": "load",
    "tag": "computed",
}


def references(code_url: str) -> dict[str, list[dg.LocalFileCodeReference | dg.UrlCodeReference]]:
    """Return the links of each asset."""
    specs = [
        spec
        for asset in link_code(ALL, code_url)
        for spec in (asset.specs if isinstance(asset, dg.AssetsDefinition) else [asset])
    ]
    return {spec.key.path[-1]: [*spec.metadata[KEY].code_references] for spec in specs}


def test_every_asset_has_links_to_files_that_are_there() -> None:
    """Two each: more wrap in the side panel of the UI."""
    links = references("")
    assert len(links) == len({spec for asset in ALL for spec in keys(asset)})
    for name, files in links.items():
        assert len(files) == 2, name
        for file in files:
            assert isinstance(file, dg.LocalFileCodeReference)
            assert Path(file.file_path).is_file()
            assert file.file_path == str(PACKAGE / str(file.label))


def keys(asset: dg.AssetsDefinition | dg.AssetSpec) -> list[dg.AssetKey]:
    return [*asset.keys] if isinstance(asset, dg.AssetsDefinition) else [asset.key]


@pytest.mark.parametrize(("name", "files"), LINKS.items())
def test_which_files_they_are(name: str, files: list[str]) -> None:
    assert [link.label for link in references("")[name]] == files


@pytest.mark.parametrize(("name", "function"), FUNCTIONS.items())
def test_the_first_is_the_line_of_the_function(name: str, function: str) -> None:
    link = references("")[name][0]
    assert isinstance(link, dg.LocalFileCodeReference)
    assert link.line_number is not None
    lines = Path(link.file_path).read_text().splitlines()[link.line_number - 1 :]
    assert lines[0].strip().startswith("@dg.")
    starts = [line.strip() for line in lines if line.strip().startswith("def ")]
    assert starts[0].startswith(f"def {function}(")


@pytest.mark.parametrize("code_url", [CODE, f"{CODE}/"])
def test_with_an_address_they_lead_to_the_repository(code_url: str) -> None:
    function, sql = references(code_url)["tag"]
    assert isinstance(function, dg.UrlCodeReference)
    line = references("")["tag"][0]
    assert isinstance(line, dg.LocalFileCodeReference)
    assert function.url == f"{CODE}/discogs_assets/derived/assets.py#L{line.line_number}"
    assert sql.source == f"{CODE}/discogs_assets/derived/sql/tag.sql"
