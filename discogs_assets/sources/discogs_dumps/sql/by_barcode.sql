FROM releases((
    SELECT list(release_id)
    FROM release_identifier
    WHERE type = 'Barcode' AND digits(value) = digits(barcode::VARCHAR)
))
