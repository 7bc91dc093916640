SELECT
    band.id AS group_id,
    band.name AS group_name,
    member_artist_id AS member_id,
    display_name(member_name) AS member_name
FROM artist AS band
JOIN group_member ON group_artist_id = band.id
WHERE
    CASE
        WHEN typeof(name_or_id) = 'VARCHAR'
            THEN band.name = name_or_id::VARCHAR
            OR (
                starts_with(band.name, name_or_id::VARCHAR || ' (')
                AND display_name(band.name) = name_or_id::VARCHAR
            )
        ELSE band.id = TRY_CAST(name_or_id AS INTEGER)
    END
