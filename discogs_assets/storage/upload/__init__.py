"""Local files into a bucket: which, with what digests, in parts, verified."""
