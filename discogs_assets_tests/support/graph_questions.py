"""Three questions to the graph, in Cypher that Neo4j and the embedded database both answer.

`ON` is a word of the language for the second.
"""

QUESTIONS = {
    "albums of an artist": (
        "MATCH (m:Master)-[:BY]->(:Artist {name: $name}) "
        "RETURN m.id AS id, m.title AS title, m.year AS year ORDER BY year, id"
    ),
    "members of a band": (
        "MATCH (a:Artist)-[:MEMBER_OF]->(:Artist {name: $name}) "
        "RETURN a.id AS id, a.name AS name ORDER BY id"
    ),
    "releases on a label": (
        "MATCH (r:Release)-[o:`ON`]->(:Label {name: $name}) "
        "RETURN r.id AS id, r.title AS title, r.year AS year, o.catno AS catno ORDER BY id, catno"
    ),
}
"""What each asks of the artist, band or label `$name`."""
