"""Neo4j: the running database, and files for its first load."""
