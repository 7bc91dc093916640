"""The JSON dumps of MusicBrainz."""
