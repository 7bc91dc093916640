"""Records out of the XML of Discogs."""
