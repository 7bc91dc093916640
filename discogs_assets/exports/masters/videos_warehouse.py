"""Answer from the warehouse which masters carry some tags, and which videos lead to them."""

from collections.abc import Callable, Mapping, Sequence

from pyroaring import BitMap

from discogs_assets.exports.masters.differences import among
from discogs_assets.exports.masters.masters import Masters, newest
from discogs_assets.exports.masters.videos import Found, Master, View
from discogs_assets.exports.month_rows import ids_of
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.sql import quoted


class WarehouseVideos:
    """The newest month of a warehouse that has all of it; both tables have a row a record."""

    def __init__(self, warehouse: Warehouse, master: Table, release: Table) -> None:
        self.warehouse, self.master, self.release = warehouse, master, release
        self.name = "the warehouse"

    def ask(self, question: Callable[[View], Found]) -> Found:
        with self.warehouse.reader() as connection:
            return question(WarehouseView(newest(connection, self.master, self.release)))


class WarehouseView:
    """A month of the warehouse."""

    def __init__(self, masters: Masters) -> None:
        self.masters = masters
        self.all_tags = masters.tags(lambda column: f"{column} IS NOT NULL")

    def tags(self, kind: str) -> set[str]:
        query = f"SELECT DISTINCT tag FROM ({self.all_tags}) WHERE kind = ?"
        return {tag for (tag,) in self.masters.connection.execute(query, [kind]).fetchall()}

    def matching(self, kinds: Mapping[str, Sequence[str]]) -> BitMap:
        carrying = (
            f"SELECT id FROM ({self.all_tags}) WHERE kind = {quoted(kind)} "
            f"AND tag IN ({', '.join(map(quoted, tags))})"
            for kind, tags in kinds.items()
        )
        return ids_of(self.masters.connection, " INTERSECT ".join(carrying))

    def with_videos(self, ids: Sequence[int]) -> list[Master]:
        with among(self.masters.connection, BitMap(ids)) as these:
            titles, videos = (
                dict(self.masters.connection.execute(query).fetchall())
                for query in (self.masters.titles(these), self.masters.videos(these))
            )
        return [Master(one, titles[one], videos[one]) for one in ids if one in videos]
