"""Where Discogs publishes its dumps: a web site, a bucket, a folder."""
