"""ListenBrainz: the listens of its dumps as months of the lake, and counts of them.

It stands beside the engine of dated dumps, which it uses parts of. A listen is an event: it has no
id, never changes and belongs to one listen month for good. So there are no row versions, no change
tables and no dump to compare with: a month is the Parquet files of its listens, replaced as a whole
by a later import, and only added to by incremental dumps.
"""
