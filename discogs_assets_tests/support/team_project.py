"""A dg project of somebody else, with an asset of its own and the component in YAML."""

from pathlib import Path
from textwrap import dedent

PYPROJECT = """
    [project]
    name = "team-data"
    version = "1"

    [tool.dg]
    directory_type = "project"

    [tool.dg.project]
    root_module = "team_data"
"""
DEFINITIONS = """
    from pathlib import Path
    import dagster as dg

    @dg.definitions
    def defs():
        return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
"""
OWN = """
    import dagster as dg

    @dg.asset(deps=[dg.AssetKey(["discogs", "artist"])])
    def bands(): ...

    @dg.definitions
    def defs():
        return dg.Definitions(assets=[bands], executor=dg.multiprocess_executor)
"""
COMPONENT = """
    type: discogs_assets.DiscogsDumps
    attributes:
      dumps_url: dumps
      store: data
      warehouse: data/warehouse.duckdb
      keep_raw: all
      exports:
        postgres_url: "{{ env.TEAM_POSTGRES }}"
"""


def write_project(root: Path) -> None:
    """Write the files as `create-dagster project` lays them out."""
    for name, text in {
        "pyproject.toml": PYPROJECT,
        "team_data/__init__.py": "",
        "team_data/definitions.py": DEFINITIONS,
        "team_data/defs/__init__.py": "",
        "team_data/defs/bands.py": OWN,
        "team_data/defs/discogs/defs.yaml": COMPONENT,
    }.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip())
