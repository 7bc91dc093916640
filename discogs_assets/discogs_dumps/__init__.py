"""Source: the monthly data dumps of Discogs."""
