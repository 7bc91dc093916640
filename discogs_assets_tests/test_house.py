"""The rules of the house: which folder imports which, and what is written down."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

import discogs_assets
from discogs_assets.derived.tables import DERIVED
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets.sources.listenbrainz_dumps.tables import TABLES as LISTEN_TABLES
from discogs_assets.sources.musicbrainz_dumps import tables as musicbrainz
from discogs_assets.tables.table import Table

PACKAGE = Path(discogs_assets.__file__).parent
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().removesuffix("/__init__"): ast.parse(
        path.read_text()
    )
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}
"""By path without the suffix; a folder stands for its `__init__`."""

FLOORS = (
    {"errors"},
    {"tables", "display"},
    {"storage"},
    {"warehouse"},
    {"orchestration"},
    {"sources", "derived"},
    {"exports"},
    {"platform"},
    {"definitions"},
    {"cli"},
)
"""What lies at the top of the package, from the ground: each imports from floors below only."""

ENGINE = "sources/dumps"
SYNTHETIC = "sources/discogs_dumps/synthetic"

DAGSTER_FOLDERS = {"orchestration", "definitions"}
DAGSTER_FILES = {"assets", "sensor", "partitions", "keys"}
DAGSTER_SUFFIXES = ("_asset", "_assets", "_job", "_requests")
DAGSTER_COMMANDS = {"importing", "runs"}
"""Folders of `cli/` that start runs of Dagster, or read their events."""

NAMED_WELL_ENOUGH = 15
"""A function of more lines says what it is for."""

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


def modules_imported(name: str) -> set[str]:
    """Return the modules of this package that a module imports."""
    paths = {
        full.removeprefix("discogs_assets.").replace(".", "/") for full in imported(MODULES[name])
    }
    return {path for path in paths if is_file(path)} - {name}


def is_file(path: str) -> bool:
    return path in MODULES and not (PACKAGE / path).is_dir()


IMPORTS = {name: modules_imported(name) for name in MODULES}


def room_of(name: str) -> str:
    """Return the file or folder at the top of the package that a module is in."""
    return name.partition("/")[0]


def floor_of(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room_of(name) in rooms)


def may_import_dagster(name: str) -> bool:
    path = PurePosixPath(name)
    if room_of(name) == "cli":
        return path.parts[1] in DAGSTER_COMMANDS
    return (
        room_of(name) in DAGSTER_FOLDERS
        or path.name in DAGSTER_FILES
        or path.name.endswith(DAGSTER_SUFFIXES)
    )


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


def test_the_top_of_the_package_is_its_floors() -> None:
    assert {room_of(name) for name in MODULES} == set().union(*FLOORS)
    assert len(set().union(*FLOORS)) <= 12


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_from_its_own_folder_and_floors_below(name: str) -> None:
    upwards = {
        other
        for other in IMPORTS[name]
        if room_of(other) != room_of(name) and floor_of(other) >= floor_of(name)
    }
    assert upwards == set()


@pytest.mark.parametrize("name", [name for name in MODULES if room_of(name) == "sources"])
def test_a_source_imports_no_other_but_the_engine(name: str) -> None:
    own, others = name.split("/")[1:2], {other for other in IMPORTS[name] if "/" in other}
    folders = {
        other.split("/")[1]
        for other in others
        if room_of(other) == "sources" and other.count("/") > 1
    }
    allowed = {*own} if f"{name}/".startswith(f"{ENGINE}/") else {*own, "dumps"}
    assert folders <= allowed


def siblings(folder: str) -> Mapping[str, set[str]]:
    """Return which of the files and folders in a folder import which others of them."""
    prefix = f"{folder}/" if folder else ""
    arrows: dict[str, set[str]] = defaultdict(set)
    for name in (name for name in MODULES if name.startswith(prefix)):
        for other in (other for other in IMPORTS[name] if other.startswith(prefix)):
            left, right = (path[len(prefix) :].partition("/")[0] for path in (name, other))
            if left != right:
                arrows[left].add(right)
    return arrows


@pytest.mark.parametrize("folder", ["", *(name for name in MODULES if (PACKAGE / name).is_dir())])
def test_no_circle_of_imports_at_any_level(folder: str) -> None:
    try:
        TopologicalSorter(siblings(folder)).prepare()
    except CycleError as error:
        pytest.fail(f"{folder or 'top'}: {' <- '.join(error.args[1])}")


def test_dagster_stays_at_the_rim() -> None:
    importers = {
        name
        for name, tree in MODULES.items()
        if any(full.partition(".")[0] in ("dagster",) for full in imported(tree))
    }
    assert {name for name in importers if not may_import_dagster(name)} == set()


def test_only_the_platform_reads_the_environment() -> None:
    readers = {
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.alias) and node.name in ("environ", "getenv"))
    }
    assert readers == {"platform"}


def test_every_module_says_what_it_is() -> None:
    assert [name for name, tree in MODULES.items() if not ast.get_docstring(tree)] == []


def test_every_class_and_longer_function_says_what_it_is() -> None:
    silent = [
        f"{name}: {node.name}"
        for name, tree in MODULES.items()
        for node in iter_public(tree)
        if not explains_itself(node)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "table",
    [
        *iter_tables(),
        *CHANGE_TABLES.values(),
        *(derived.table for derived in DERIVED.values()),
        *musicbrainz.iter_tables(),
        *LISTEN_TABLES,
    ],
    ids=lambda t: str(t.id),
)
def test_every_table_and_column_is_described(table: Table) -> None:
    assert table.description.endswith((".", "…"))
    assert {*table.key} <= {column.name for column in table.columns}
    for column in table.columns:
        assert column.description.endswith((".", "…")), column.name
        assert column.name == column.name.lower()


def test_names_of_tables_are_unique() -> None:
    names = [table.name for table in (*iter_tables(), *CHANGE_TABLES.values())] + [*DERIVED]
    others = [table.name for table in musicbrainz.iter_tables()]
    assert len({*names}) == len(names)
    assert len({*others}) == len(others)


def test_a_computed_table_comes_after_those_it_reads() -> None:
    known = {table.name for table in iter_tables()}
    for name, derived in DERIVED.items():
        assert {*derived.reads} <= known, name
        known.add(name)
        reads = {word for word in known if f"discogs.{word}\n" in derived.query.replace(" ", "\n")}
        assert reads == {*derived.reads}, name
