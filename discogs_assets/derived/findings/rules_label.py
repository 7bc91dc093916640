"""Plausibility rules for the tables of labels."""

from discogs_assets.derived.findings.rule import (
    Rule,
    damaged_text,
    do_not_use,
    html_link,
    image_size,
    no_name,
    number_one,
    unknown_quality,
    url_form,
)
from discogs_assets.derived.incremental import came_or_went, in_one_month, linked_to, unless_alike
from discogs_assets.derived.parts import ids_of

LABEL_RULES = (
    no_name("label"),
    number_one("label"),
    do_not_use("label"),
    damaged_text("label", "name"),
    html_link("label", "profile"),
    unknown_quality("label"),
    Rule(
        "label_parent_itself",
        "label",
        "parent_id = id",
        "parent_id",
        "No label owns itself: who climbs from label to parent would never arrive.",
        0.0,
    ),
    Rule(
        "label_parent_each_other",
        "label",
        "true",
        "parent_id",
        "Two labels cannot own each other: who climbs from label to parent would never arrive.",
        0.0,
        """
        SELECT label.id, label.parent_id
        FROM discogs.label AS label
        JOIN discogs.label AS parent
            ON parent.id = label.parent_id AND parent.parent_id = label.id
            AND parent.month = $month AND parent.parent_id IS NOT NULL
        WHERE label.month = $month AND label.parent_id <> label.id
        AND label.parent_id BETWEEN $first AND $last AND parent.id BETWEEN $first AND $last""",
        (ids_of("label", "parent_id"), ids_of("label", "id")),
        ("label.id",),
        (linked_to("label.parent_id", came_or_went("label.id")),),
    ),
    Rule(
        "label_parent_one_sided",
        "label",
        "true",
        "parent_id",
        "A label names a parent that does not list it among its sublabels.",
        0.001,
        """
        SELECT label.id, label.parent_id
        FROM discogs.label AS label
        JOIN discogs.label AS parent ON parent.id = label.parent_id AND parent.month = $month
        WHERE label.month = $month AND label.parent_id <> label.id
        AND label.parent_id BETWEEN $first AND $last AND parent.id BETWEEN $first AND $last
        AND NOT EXISTS (
            SELECT 1 FROM discogs.label_sublabel AS sublabel
            WHERE sublabel.month = $month AND sublabel.label_id BETWEEN $first AND $last
            AND sublabel.label_id = label.parent_id AND sublabel.sublabel_id = label.id
        ) AND (
            -- The sublabels of older dumps have no ids.
            SELECT count(sublabel_id) > 0 FROM discogs.label_sublabel WHERE month = $month
        )""",
        (ids_of("label", "parent_id"), ids_of("label", "id"), ids_of("label_sublabel", "label_id")),
        ("label.id", "label_sublabel.sublabel_id"),
        (
            linked_to("label.parent_id", in_one_month("label")),
            unless_alike("label", "label_sublabel.sublabel_id"),
        ),
    ),
    Rule(
        "label_sublabel_one_sided",
        "label_sublabel",
        "parent_id IS DISTINCT FROM label_id",
        "concat_ws(' ', sublabel_id, 'of', coalesce(parent_id::VARCHAR, 'none'))",
        "A label lists a sublabel that names another parent, or none.",
        0.001,
        """
        SELECT sublabel.label_id, sublabel.sublabel_id, label.parent_id
        FROM discogs.label_sublabel AS sublabel
        JOIN discogs.label AS label ON label.id = sublabel.sublabel_id AND label.month = $month
        WHERE sublabel.month = $month AND sublabel.sublabel_id BETWEEN $first AND $last
        AND label.id BETWEEN $first AND $last""",
        (ids_of("label_sublabel", "sublabel_id"), ids_of("label", "id")),
        ("label_sublabel.label_id",),
        (linked_to("label_sublabel.sublabel_id", came_or_went("label.id")),),
    ),
    url_form("label"),
    image_size("label"),
)
"""Every rule for what the dump of labels holds."""
