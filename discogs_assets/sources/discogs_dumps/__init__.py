"""The monthly data dumps of Discogs."""
