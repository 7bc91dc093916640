"""A record as one document, as PostgreSQL and MongoDB have it."""
