"""Which members of a Spark dump have the listens of a month: they are ordered by time.

Nothing says where a month begins: INT96 has no statistics. So the first time of a member is read,
a page of one column, for the members that a binary search asks for.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq

from discogs_assets.errors import DumpError
from discogs_assets.sources.listenbrainz_dumps.place import Place
from discogs_assets.sources.listenbrainz_dumps.range_file import RangeFile
from discogs_assets.sources.listenbrainz_dumps.range_tar import Member
from discogs_assets.sources.listenbrainz_dumps.tables import TIMES

PAGE_BYTES = 256 << 10
BATCH_ROWS = 1024


@dataclass
class MemberTimes:
    """Looks into members of an archive; what was read of a member is kept."""

    place: Place
    path: str
    sleep: Callable[[float], None]
    first_times: dict[int, datetime] = field(default_factory=dict)

    def first(self, member: Member) -> datetime:
        """Return the time of the first listen, in UTC without a zone."""
        if member.number not in self.first_times:
            self.first_times[member.number] = self.read(member, is_last=False)
            self.refuse_disorder()
        return self.first_times[member.number]

    def last(self, member: Member) -> datetime:
        return self.read(member, is_last=True)

    def read(self, member: Member, *, is_last: bool) -> datetime:
        """Return the first or last time that a member has."""
        where = f"{self.place.url}{self.path}, {member.name}"
        window = partial(RangeFile, self.place, self.path, self.sleep, member.offset, member.size)
        try:
            with pq.ParquetFile(
                window(ahead=PAGE_BYTES), buffer_size=PAGE_BYTES, coerce_int96_timestamp_unit="us"
            ) as file:
                return time_of(file, where, is_last=is_last)
        except pa.ArrowException as error:
            raise DumpError(
                f"{where}: expected a Parquet file, it cannot be read: {error}"
            ) from error

    def refuse_disorder(self) -> None:
        for (_, before), (number, after) in pairwise(sorted(self.first_times.items())):
            if after < before:
                raise DumpError(
                    f"{self.place.url}{self.path}, {number}.parquet: expected listens ordered by "
                    f"time, found one of {after} after one of {before}; import the JSON dump "
                    "instead, with --json-dump"
                )


def time_of(file: pq.ParquetFile, where: str, *, is_last: bool) -> datetime:
    """Return the first or last time in a file; DumpError when there is none."""
    column = next((name for name in TIMES if name in file.schema_arrow.names), None)
    groups = range(file.num_row_groups)
    for group in reversed(groups) if is_last and column else groups if column else ():
        found: datetime | None = None
        for batch in file.iter_batches(BATCH_ROWS, row_groups=[group], columns=[column]):
            times = batch.column(0).drop_null()
            if len(times) and (found is None or is_last):
                found = as_utc(times[-1 if is_last else 0])
            if found is not None and not is_last:
                return found
        if found is not None:
            return found
    names = ", ".join(file.schema_arrow.names)
    raise DumpError(f"{where}: expected a time in listened_at or timestamp, found {names}")


def as_utc(value: pa.Scalar) -> datetime:
    kind = value.type
    if pa.types.is_integer(kind):
        value = pa.scalar(value.as_py(), pa.timestamp("s"))
    elif not pa.types.is_timestamp(kind):
        raise DumpError(f"expected a time, found a column of {kind}")
    plain = value.cast(pa.timestamp("us", tz=value.type.tz), safe=False).cast(pa.int64())
    moment: datetime = pa.scalar(plain.as_py(), pa.timestamp("us")).as_py()
    return moment


def find_members(
    members: Sequence[Member], times: MemberTimes, start: datetime, end: datetime
) -> Sequence[Member]:
    """Return the members that have listens from `start` to before `end`."""
    begin = bisect_left(members, start, key=times.first)
    after = bisect_left(members, end, lo=begin, key=times.first)
    # The one before may go on into the month.
    if begin and times.last(members[begin - 1]) >= start:
        begin -= 1
    return members[begin:after]
