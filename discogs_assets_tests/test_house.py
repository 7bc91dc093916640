"""The rules of the house: who imports what, and what is written down."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import discogs_assets
from discogs_assets.derived.tables import DERIVED
from discogs_assets.discogs_dumps.change_tables import CHANGE_TABLES
from discogs_assets.discogs_dumps.tables import iter_tables
from discogs_assets.tables import Table

PACKAGE = Path(discogs_assets.__file__).parent
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix(): ast.parse(path.read_text())
    for path in sorted(PACKAGE.rglob("*.py"))
}
FOLDERS = sorted({name.partition("/")[0] for name in MODULES if "/" in name})

MAY_IMPORT_DAGSTER = {
    "asset_keys",
    "automation",
    "backfilling",
    "checks",
    "code_links",
    "dagster_home",
    "dagster_schema",
    "definitions",
    "event_storage",
    "exporting",
    "discogs_dumps/catalogue_asset",
    "discogs_dumps/change_assets",
    "discogs_dumps/retention_asset",
    "discogs_dumps/table_assets",
    "discogs_dumps/verification_asset",
    "discogs_dumps/verification_key",
    "discogs_dumps/verify_assets",
    "exports/neo4j_files_asset",
    "failure_sensor",
    "discogs_dumps/dump_keys",
    "discogs_dumps/import_job",
    "discogs_dumps/import_requests",
    "import_events",
    "import_steps",
    "importing",
    "killed_runs",
    "pools",
    "partitions",
    "retaining",
    "repairing",
    "runs",
    "s3_clients",
    "table_metadata",
    "verifying",
    *(f"{folder}/{name}" for folder in FOLDERS for name in ("assets", "automation", "partitions")),
}
JOIN_THE_PARTS = {
    "all_tables",
    "backfilling",
    "cli",
    "definitions",
    "dictionary",
    "exporting",
    "import_events",
    "import_needs",
    "import_steps",
    "importing",
    "overview",
    "platform",
    "repairing",
    "retaining",
    "status",
    "verifying",
}
"""Modules that know sources, computed tables and exports alike."""

NAMED_WELL_ENOUGH = 15
"""A function of more lines says what it is for; commands and options do so in their help."""

Definition = ast.FunctionDef | ast.ClassDef


def imported(tree: ast.AST) -> set[str]:
    """Return the full names of what a module imports, at its head or within."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imports(name: str, *packages: str) -> set[str]:
    """Return what a module imports of some packages."""
    found = imported(MODULES[name])
    return {one for one in found for package in packages if f"{one}.".startswith(f"{package}.")}


def iter_public(node: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    """Yield the public functions and classes of a module or class, and the methods in them."""
    for inner in node.body:
        if isinstance(inner, Definition) and not inner.name.startswith("_"):
            yield inner
        if isinstance(inner, ast.ClassDef):
            yield from iter_public(inner)


def explains_itself(node: Definition) -> bool:
    if ast.get_docstring(node):
        return True
    lines = (node.end_lineno or 0) - node.body[0].lineno + 1
    return isinstance(node, ast.FunctionDef) and lines <= NAMED_WELL_ENOUGH


def test_dagster_stays_at_the_rim() -> None:
    packages = "dagster", "dagster_aws"
    assert {name for name in MODULES if imports(name, *packages)} <= MAY_IMPORT_DAGSTER


def test_only_the_platform_reads_the_environment() -> None:
    readers = {
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.alias) and node.name in ("environ", "getenv"))
    }
    assert readers == {"platform"}


def test_a_source_knows_no_other_and_no_sink() -> None:
    for name in MODULES:
        folder = name.partition("/")[0]
        if folder in FOLDERS and folder.endswith(("_dumps", "_api")):
            others = [f"discogs_assets.{other}" for other in FOLDERS if other != folder]
            assert imports(name, *others) == set(), name


@pytest.mark.parametrize("folder", [name for name in FOLDERS if not name.endswith("_dumps")])
def test_what_is_computed_or_exported_knows_no_source(folder: str) -> None:
    for name in MODULES:
        if name.startswith(f"{folder}/"):
            assert imports(name, "discogs_assets.discogs_dumps") == set(), name


def test_general_modules_know_no_source_no_computed_table_and_no_sink() -> None:
    packages = [f"discogs_assets.{folder}" for folder in FOLDERS]
    for name in MODULES:
        if "/" not in name and name not in JOIN_THE_PARTS:
            assert imports(name, *packages) == set(), name


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in MODULES.items() if not ast.get_docstring(tree)] == []


def test_every_class_and_longer_function_says_what_it_is() -> None:
    silent = [
        f"{name}: {node.name}"
        for name, tree in MODULES.items()
        for node in iter_public(tree)
        if name not in ("arguments", "cli") and not explains_itself(node)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "table",
    [*iter_tables(), *CHANGE_TABLES.values(), *(derived.table for derived in DERIVED.values())],
    ids=lambda t: t.name,
)
def test_every_table_and_column_is_described(table: Table) -> None:
    assert table.description.endswith((".", "…"))
    assert {*table.key} <= {column.name for column in table.columns}
    for column in table.columns:
        assert column.description.endswith((".", "…")), column.name
        assert column.name == column.name.lower()


def test_names_of_tables_are_unique() -> None:
    names = [table.name for table in (*iter_tables(), *CHANGE_TABLES.values())] + [*DERIVED]
    assert len({*names}) == len(names)


def test_a_computed_table_comes_after_those_it_reads() -> None:
    known = {table.name for table in iter_tables()}
    for name, derived in DERIVED.items():
        assert {*derived.reads} <= known, name
        known.add(name)
        reads = {word for word in known if f"discogs.{word}\n" in derived.query.replace(" ", "\n")}
        assert reads == {*derived.reads}, name
