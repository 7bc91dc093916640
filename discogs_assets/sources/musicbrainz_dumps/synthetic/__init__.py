"""Made-up dumps in the form of MusicBrainz' own, for tests, benchmarks and the demo."""
