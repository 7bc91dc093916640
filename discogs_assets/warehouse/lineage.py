"""Find which columns a query computes each of its columns from.

sqlglot resolves the names; its own `lineage` starts anew for every column of every half of a
UNION, and does not say where a constant comes from. Which queries there are does not belong here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from discogs_assets.display.markdown import Markup, code, markdown_table
from discogs_assets.errors import QueryError
from discogs_assets.warehouse.sql import SCHEMA

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

Source = tuple[str, str]
"""A table or other asset, and a column of it."""

Lineage = Mapping[str, Sequence[Source]]
"""What each column of a table comes from."""

Schema = Mapping[str, Collection[str]]
"""The columns of each table."""

MONTH = "month"
"""The partition: every table of the warehouse has it, and it comes from no other column."""

NOTHING: frozenset[Source] = frozenset()


def query_lineage(query: str, columns: Collection[str], schema: Schema) -> dict[str, set[Source]]:
    """Return the columns of tables that each column of a query is computed from.

    A column that reads none, such as `count(*)` or a name that tells the halves of a UNION
    apart, comes from the columns that choose and group its rows. Raises QueryError when the
    query does not give `columns`, or reads what `schema` does not have.
    """
    found = relation_of(resolved(query, schema), schema)
    missing = [name for name in columns if name not in found.columns]
    if missing:
        raise QueryError(
            f"expected a query that gives {', '.join(missing)}, "
            f"found {', '.join(found.columns)}: {query[:80]!r}"
        )
    return {name: {*found.columns[name]} for name in columns}


def resolved(query: str, schema: Schema) -> exp.Expr:
    """Return a query that names the table of each column, and every column of a `*`."""
    # Only `make docs` and the tests need it.
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


def relation_of(query: exp.Expr, schema: Schema) -> Relation:
    """Return what a resolved query gives."""
    from sqlglot.optimizer.scope import build_scope

    root = build_scope(query)
    if root is None:
        raise unreadable(query, "a SELECT, or a UNION of them by place")
    return Reader({id(one.expression): one for one in root.traverse()}, schema).relation(root)


def unreadable(node: exp.Expr, expected: str) -> QueryError:
    text = node.sql(dialect="duckdb")[:80]
    return QueryError(
        f"column lineage: expected {expected}, found {text!r}; write it another way, "
        "or teach column_lineage.py to read it"
    )


@dataclass(frozen=True, slots=True)
class Relation:
    """What a query or table gives: its columns with their sources, and what chooses its rows."""

    columns: dict[str, frozenset[Source]]
    chosen_by: frozenset[Source] = NOTHING

    @property
    def all(self) -> frozenset[Source]:
        return self.chosen_by.union(*self.columns.values())


@dataclass(slots=True)
class Reader:
    """Reads a query by its scopes: one for each SELECT, by the id of its node in the tree."""

    scopes: Mapping[int, Scope]
    schema: Schema
    read: dict[int, Relation] = field(default_factory=dict)

    def relation(self, scope: Scope) -> Relation:
        """Return what a SELECT, a UNION or a table function gives."""
        if id(scope) not in self.read:
            self.read[id(scope)] = self.relation_anew(scope)
        return self.read[id(scope)]

    def relation_anew(self, scope: Scope) -> Relation:
        from sqlglot import exp

        if scope.set_operation_scopes:
            return self.united(scope)
        if isinstance(scope.expression, exp.Select):
            return self.selected(scope.expression, scope)
        if scope.is_udtf:
            found = self.sources(scope.expression, scope)
            return Relation(dict.fromkeys(scope.expression.alias_column_names, found), found)
        raise unreadable(scope.expression, "a SELECT, or a UNION of them by place")

    def united(self, scope: Scope) -> Relation:
        """Return the rows of both: columns go by place, and are called as on the left."""
        if scope.expression.args.get("by_name"):
            raise unreadable(scope.expression, "a UNION by place")
        left, right = map(self.relation, scope.set_operation_scopes)
        both = zip(left.columns.items(), right.columns.values(), strict=True)
        columns = {name: sources | other for (name, sources), other in both}
        return Relation(columns, left.chosen_by | right.chosen_by)

    def selected(self, select: exp.Select, scope: Scope) -> Relation:
        """Return what a SELECT gives."""
        inputs = [self.input(name, scope) for name in scope.selected_sources]
        items = select.selects
        columns = {item.alias_or_name: self.sources(item, scope) for item in items}
        chosen_by = NOTHING.union(*(one.chosen_by for one in inputs))
        for clause in iter_choosing(select):
            chosen_by |= self.sources(clause, scope)
        if groups_by_all(select):
            chosen_by = chosen_by.union(*columns.values())
        for item in items:
            if not columns[item.alias_or_name] and is_counting_or_naming(item):
                columns[item.alias_or_name] = chosen_by
        return Relation(columns, chosen_by)

    def input(self, name: str, scope: Scope) -> Relation:
        """Return what a name stands for that is selected from."""
        from sqlglot import exp

        source = scope.sources[name]
        if not isinstance(source, exp.Table):
            return self.relation(source)
        if source.name not in self.schema:
            raise unreadable(source, "a table that is declared")
        columns = {
            column: frozenset({(source.name, column)}) for column in self.schema[source.name]
        }
        return Relation({**columns, MONTH: NOTHING})

    def sources(self, node: exp.Expr, scope: Scope) -> frozenset[Source]:
        """Return the columns that an expression reads, in its subqueries too."""
        from sqlglot import exp

        found: set[Source] = set()
        for one in node.walk(prune=lambda inner: isinstance(inner, exp.Query | exp.Column)):
            if isinstance(one, exp.Query):
                found |= self.relation(self.scopes[id(one.unnest())]).all
            elif isinstance(one, exp.Column):
                found |= self.column(one, scope)
        return frozenset(found)

    def column(self, column: exp.Column, scope: Scope) -> frozenset[Source]:
        """Return the sources of a column, which may be one of a SELECT around its own."""
        around: Scope | None = scope
        while around is not None and column.table not in around.sources:
            around = around.parent
        known = self.input(column.table, around).columns if around else {}
        if column.name not in known:
            raise unreadable(column, f"a column of {', '.join(scope.sources) or 'a table'}")
        return known[column.name]


def is_counting_or_naming(item: exp.Expr) -> bool:
    """Tell whether an expression without columns says something of its row: NULL does not."""
    from sqlglot import exp

    value = item.unalias()
    while isinstance(value, exp.Cast | exp.Paren):
        value = value.this
    return not isinstance(value, exp.Null | exp.Column)


def iter_choosing(select: exp.Select) -> Iterator[exp.Expr]:
    """Yield the clauses that say which rows a SELECT gives."""
    for clause in ("where", "group", "having", "qualify"):
        if found := select.args.get(clause):
            yield found
    for join in select.args.get("joins") or ():
        if on := join.args.get("on"):
            yield on


def groups_by_all(select: exp.Select) -> bool:
    group = select.args.get("group")
    return group is not None and bool(group.args.get("all"))


def lineage_table(lineage: Lineage) -> str:
    """Return a lineage as a Markdown table: Dagster's own page of it is not free."""
    rows = [(code(column), Markup(sources_text(of))) for column, of in lineage.items()]
    return markdown_table(["column", "comes from"], rows, "ll")


def sources_text(sources: Sequence[Source]) -> str:
    """Return sources in one line; a path stands in the dump, whatever asset has it."""
    columns = [code(f"{asset}.{name}") for asset, name in sources if not name.startswith("/")]
    paths = ", ".join(code(name) for _, name in sources if name.startswith("/"))
    return ", ".join([*columns, f"{paths} in the dump"] if paths else columns)
