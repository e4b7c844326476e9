-- Which landed rows are another reading of a record that is kept? Rows with the same source id are one record: the greatest
-- time of change wins, then the greatest content; the rest count as repeated.
-- Columns: _file, _row.
WITH repeated_ids AS (
    SELECT _id
    FROM landed
    WHERE _id IS NOT NULL
    GROUP BY _id
    HAVING count(*) > 1
),

identified AS (
    SELECT
        _file,
        _row,
        _id,
        read_text(_updated) AS updated_text,
        sha256(
            CAST(
                [
                    COLUMNS(
                        * EXCLUDE (_file, _row, _shape, _bounded, _unreadable, has_result, "DanhSachHoSoBoSung")
                    )
                ] AS VARCHAR
            )
            || COALESCE(CAST(_bounded AS VARCHAR), '')
            || COALESCE(CAST(_unreadable AS VARCHAR), '')
            || COALESCE(CAST(has_result AS VARCHAR), '')
            || COALESCE(CAST("DanhSachHoSoBoSung" AS VARCHAR), '')
        ) AS content
    FROM landed
    WHERE _id IN (
        SELECT _id
        FROM repeated_ids
    )
),

dated AS (
    SELECT
        _file,
        _row,
        _id,
        content,
        read_local(updated_text) AS updated_at
    FROM identified
)
SELECT
    _file,
    _row
FROM dated
QUALIFY row_number() OVER (
    PARTITION BY _id
    ORDER BY
        updated_at DESC NULLS LAST,
        content DESC,
        _file,
        _row
) > 1
ORDER BY
    _file,
    _row
