"""Find which columns a query computes each of its columns from.

sqlglot follows the columns. It does not say where a constant or `count(*)` comes from: so each
SELECT is written anew first, with what chooses its rows in the place of those. Which queries there
are does not belong here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from discogs_assets.display.markdown import Markup, code, markdown_table
from discogs_assets.errors import QueryError
from discogs_assets.warehouse.sql import SCHEMA

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.lineage import Node
    from sqlglot.optimizer.scope import Scope

Source = tuple[str, str]
"""A table or other asset, and a column of it."""

Lineage = Mapping[str, Sequence[Source]]
"""What each column of a table comes from."""

Schema = Mapping[str, Collection[str]]
"""The columns of each table."""

MONTH = "month"
"""The partition: every table of the warehouse has it, and it comes from no other column."""

CHOICE = "_choice"
"""The column that each SELECT gets: what chooses its rows."""


def query_lineage(query: str, columns: Collection[str], schema: Schema) -> dict[str, set[Source]]:
    """Return the columns of tables that each column of a query is computed from.

    A column that reads none, such as `count(*)` or a name that tells the halves of a UNION
    apart, comes from the columns that choose and group its rows. Raises QueryError when the
    query does not give `columns`, or reads what `schema` does not have.
    """
    # Only `make docs` and the tests need it.
    from sqlglot.lineage import lineage

    tree = resolved(query, schema)
    scopes = scopes_of(tree)
    for scope in scopes:
        refuse_unreadable(scope, schema)
    for scope in scopes:
        explain(scope)
    root = scopes_of(tree)[-1]
    nodes = lineage(None, tree, {}, scope=root, copy=False, trim_selects=False, dialect="duckdb")
    if missing := [name for name in columns if name not in nodes]:
        given = ", ".join(name for name in nodes if name != CHOICE)
        raise QueryError(
            f"expected a query that gives {', '.join(missing)}, found {given}: {query[:80]!r}"
        )
    return {name: {*iter_sources(nodes[name])} for name in columns}


def resolved(query: str, schema: Schema) -> exp.Expr:
    """Return a query that names the table of each column, and every column of a `*`."""
    import sqlglot
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.schema import MappingSchema

    tables = {name: dict.fromkeys([*columns, MONTH], "TEXT") for name, columns in schema.items()}
    known = MappingSchema({SCHEMA: tables}, dialect="duckdb")
    try:
        tree = sqlglot.parse_one(query, dialect="duckdb")
        return qualify(
            tree,
            schema=known,
            dialect="duckdb",
            quote_identifiers=False,
            validate_qualify_columns=False,
        )
    except SqlglotError as error:
        reason = str(error).partition("\n")[0]
        raise QueryError(f"column lineage: {reason}: {query[:80]!r}") from error


def scopes_of(tree: exp.Expr) -> list[Scope]:
    """Return the scopes of a query, one for each SELECT, UNION or table function, inner first."""
    from sqlglot.optimizer.scope import build_scope

    root = build_scope(tree)
    if root is None:
        raise unreadable(tree, "a SELECT, or a UNION of them by place")
    return [*root.traverse()]


def unreadable(node: exp.Expr, expected: str) -> QueryError:
    text = node.sql(dialect="duckdb")[:80]
    return QueryError(
        f"column lineage: expected {expected}, found {text!r}; write it another way, "
        "or teach warehouse/lineage.py to read it"
    )


def refuse_unreadable(scope: Scope, schema: Schema) -> None:
    """Raise QueryError for a table or column that is not known, and for what is not followed."""
    from sqlglot import exp

    if scope.expression.args.get("by_name"):
        raise unreadable(scope.expression, "a UNION by place")
    if scope.is_udtf and scope.expression.find(exp.Query):
        raise unreadable(scope.expression, "a table function of columns")
    for _, source in scope.selected_sources.values():
        if isinstance(source, exp.Table) and source.name not in schema:
            raise unreadable(source, "a table that is declared")
    for column in scope.columns:
        if column.name not in columns_of(source_of(column, scope), schema):
            raise unreadable(column, f"a column of {', '.join(scope.sources) or 'a table'}")


def source_of(column: exp.Column, scope: Scope) -> exp.Table | Scope | None:
    """Return what a column is of, which may be read by a SELECT around its own."""
    around: Scope | None = scope
    while around is not None and column.table not in around.sources:
        around = around.parent
    return around.sources[column.table] if around else None


def columns_of(source: exp.Table | Scope | None, schema: Schema) -> Collection[str]:
    from sqlglot import exp

    if source is None:
        return ()
    if isinstance(source, exp.Table):
        return {*schema.get(source.name, ()), MONTH}
    inner = source.expression
    return inner.named_selects if isinstance(inner, exp.Query) else inner.alias_column_names


def explain(scope: Scope) -> None:
    """Write a SELECT anew: with what chooses its rows as a column, and as its constants."""
    from sqlglot import exp

    select = scope.expression
    if not isinstance(select, exp.Select):
        return
    for inner in scope.subquery_scopes:
        # What a subquery reads of the SELECT around it is read by that.
        place = inner.expression
        place.replace(exp.Tuple(expressions=[place.copy(), *inner.external_columns]))
    choice = exp.Tuple(expressions=[*iter_choosing(select, scope)])
    for item in select.selects:
        if is_counting_or_naming(item, scope):
            item.replace(exp.alias_(choice.copy(), item.alias_or_name))
    select.append("expressions", exp.alias_(choice, CHOICE))


def iter_choosing(select: exp.Select, scope: Scope) -> Iterator[exp.Expr]:
    """Yield what says which rows a SELECT gives, of those that it reads too."""
    from sqlglot import exp

    for clause in ("where", "group", "having", "qualify"):
        if found := select.args.get(clause):
            yield from (one.copy() for one in found.iter_expressions())
    for join in select.args.get("joins") or ():
        if on := join.args.get("on"):
            yield on.copy()
    if (group := select.args.get("group")) and group.args.get("all"):
        yield from (item.unalias().copy() for item in select.selects)
    for name, (_, source) in scope.selected_sources.items():
        if not isinstance(source, exp.Table) and not source.is_udtf:
            yield exp.column(CHOICE, table=name)


def is_counting_or_naming(item: exp.Expr, scope: Scope) -> bool:
    """Tell whether an expression without columns says something of its row: NULL does not."""
    from sqlglot import exp

    value = item.unalias()
    while isinstance(value, exp.Cast | exp.Paren):
        value = value.this
    if isinstance(value, exp.Null | exp.Column) or value.find(exp.Query):
        return False
    return all(is_month(column, scope) for column in value.find_all(exp.Column))


def is_month(column: exp.Column, scope: Scope) -> bool:
    from sqlglot import exp

    return column.name == MONTH and isinstance(scope.sources.get(column.table), exp.Table)


def iter_sources(node: Node) -> Iterator[Source]:
    """Yield the columns of tables that a column comes from in the end."""
    from sqlglot import exp

    for leaf in node.walk():
        column = leaf.name.rpartition(".")[2]
        if isinstance(leaf.expression, exp.Table) and column != MONTH:
            yield leaf.expression.name, column


def lineage_table(lineage: Lineage) -> str:
    """Return a lineage as a Markdown table: Dagster's own page of it is not free."""
    rows = [(code(column), Markup(sources_text(of))) for column, of in lineage.items()]
    return markdown_table(["column", "comes from"], rows, "ll")


def sources_text(sources: Sequence[Source]) -> str:
    """Return sources in one line; a path stands in the dump, whatever asset has it."""
    columns = [code(f"{asset}.{name}") for asset, name in sources if not name.startswith("/")]
    paths = ", ".join(code(name) for _, name in sources if name.startswith("/"))
    return ", ".join([*columns, f"{paths} in the dump"] if paths else columns)
