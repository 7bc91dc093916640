"""What joins MusicBrainz and Discogs: links that are known, candidates for those that are not."""
