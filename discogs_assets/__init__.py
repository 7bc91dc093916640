"""Turn the monthly Discogs data dumps into tables people query."""
