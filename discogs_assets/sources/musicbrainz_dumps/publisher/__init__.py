"""Where MusicBrainz publishes its dumps: a web site, or a folder that mirrors it."""
