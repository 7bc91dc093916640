"""Notice a new full dump of ListenBrainz: a sensor, which somebody has to turn on."""

from datetime import date, timedelta

import dagster as dg

from discogs_assets.display.text import dump_day
from discogs_assets.errors import SourceError
from discogs_assets.sources.listenbrainz_dumps.keys import IMPORT_JOB
from discogs_assets.sources.listenbrainz_dumps.listing import Dump, newest_full
from discogs_assets.sources.listenbrainz_dumps.source import ListenBrainz

EVERY_S = 6 * 3600


def build_listens_sensor(partitions: dg.PartitionsDefinition) -> dg.SensorDefinition:
    """Return the sensor that imports the newest month which a new full dump has whole."""

    @dg.sensor(
        name="new_listens",
        job_name=IMPORT_JOB,
        minimum_interval_seconds=EVERY_S,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Looks at the newest full dump that ListenBrainz has published, and imports "
        "the last month that it has whole, some gigabytes: once a dump. It is stopped at first.",
    )
    def new_listens(
        context: dg.SensorEvaluationContext, listenbrainz: dg.ResourceParam[ListenBrainz]
    ) -> dg.SensorResult:
        try:
            dump = newest_full(listenbrainz.place)
        except SourceError as error:
            return dg.SensorResult(skip_reason=str(error), cursor=context.cursor)
        month = last_whole_month(dump)
        if context.cursor == dump.name:
            return dg.SensorResult(skip_reason=f"nothing new: {dump.name}", cursor=dump.name)
        if not partitions.has_partition_key(str(month)):
            reason = f"{dump.name}: {dump_day(month)} is before DISCOGS_FIRST_MONTH"
            return dg.SensorResult(skip_reason=reason, cursor=dump.name)
        request = dg.RunRequest(run_key=dump.name, partition_key=str(month))
        return dg.SensorResult([request], cursor=dump.name)

    return new_listens


def last_whole_month(dump: Dump) -> date:
    """Return the month before the one that a dump was made in."""
    return (dump.made.date().replace(day=1) - timedelta(days=1)).replace(day=1)
