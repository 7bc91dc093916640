"""The configuration of xml2arrow for a dump type, made from the table declarations."""

import json
import tempfile
from pathlib import Path
from typing import Any

from xml2arrow import XmlToArrowParser

from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.storage.disk import disk_errors
from discogs_assets.tables.table import Column, Rows, Table, Type

XML2ARROW_TYPES = {Type.INTEGER: "Int32", Type.TEXT: "Utf8", Type.BOOLEAN: "Boolean"}
ID_BEFORE = "id before"


def source_name(table: Table, rows: Rows) -> str:
    """Name the batch that holds the rows of one XML path; unique in a dump type."""
    return f"{table.name}/{rows.path}"


def list_name(table: Table, rows: Rows, column: Column) -> str:
    """Name the batch that holds the members of a list column."""
    return f"{source_name(table, rows)}/{column.name}"


def value_columns(table: Table) -> list[Column]:
    """Return the columns whose single value stands in the row's element."""
    return [
        column
        for column in table.columns
        if column.path is not None
        and not column.path.startswith("/")
        and column.type is not Type.TEXT_LIST
    ]


def list_columns(table: Table) -> list[Column]:
    return [column for column in table.columns if column.type is Type.TEXT_LIST]


def levels(dump_type: XmlDumpType, xml_path: str) -> list[str]:
    """Return the index columns of rows at a path: one for each repeating element on the way."""
    repeating = {
        dump_type.xml_path(rows) for table in dump_type.content_tables for rows in table.rows
    }
    parts = xml_path.split("/")
    above = ("/".join(parts[:n]) for n in range(1, len(parts)))
    return [str(n) for n in range(1 + sum(path in repeating for path in above))]


def build_parser(dump_type: XmlDumpType) -> XmlToArrowParser:
    """Return the xml2arrow parser of a dump type; threads may share it."""
    # With prefixes stripped, `x:id` would be one more `id`: 1 and 3 would be read as 13.
    options = {"strip_namespaces": False}
    config = {"parser_options": options, "tables": [*iter_sources(dump_type)]}
    with disk_errors(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{dump_type.name}.yaml")
        path.write_text(json.dumps(config))
        return XmlToArrowParser(path)


def iter_sources(dump_type: XmlDumpType) -> Any:
    """Yield xml2arrow's declaration of each batch: a row for each child of `xml_path`."""
    for table in dump_type.content_tables:
        for rows in table.rows:
            element = dump_type.xml_path(rows)
            fields = [
                field(column.name, dump_type.xml_path(rows, column.path or "."), column.type)
                for column in value_columns(table)
            ]
            if rows.id_before:
                sibling = f"{parent(element)}/{rows.id_before}"
                fields.append(field(ID_BEFORE, sibling, Type.INTEGER))
            yield source(source_name(table, rows), element, levels(dump_type, element), fields)
            for column in list_columns(table):
                member = dump_type.xml_path(rows, column.path or ".")
                yield source(
                    list_name(table, rows, column),
                    member,
                    levels(dump_type, member),
                    [field(column.name, member, Type.TEXT)],
                )


def source(name: str, element: str, level: list[str], fields: list[Any]) -> dict[str, Any]:
    return {"name": name, "xml_path": parent(element), "levels": level, "fields": fields}


def field(name: str, xml_path: str, kind: Type) -> dict[str, Any]:
    return {
        "name": name,
        "xml_path": xml_path,
        "data_type": XML2ARROW_TYPES[kind],
        "nullable": True,
    }


def parent(xml_path: str) -> str:
    return xml_path.rpartition("/")[0]
