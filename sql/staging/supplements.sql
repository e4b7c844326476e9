-- Table `supplements`: what the list of supplements says, for rows that have one with elements. Pairs that were completed
-- before they were asked are ignored (and named); the last = the greatest time of asking.
-- Columns: _file, _row, requested, completed (local, of the last), first_completed (local), is_unreadable, has_sentinel,
-- is_backwards.
CREATE OR REPLACE TABLE supplements AS
WITH elements AS (
    SELECT
        _file,
        _row,
        unnest("DanhSachHoSoBoSung") AS element
    FROM landed
    WHERE "DanhSachHoSoBoSung" IS NOT NULL
),

texts AS (
    SELECT
        _file,
        _row,
        read_text(element."NgayBoSung") AS requested_text,
        read_text(element."NgayTiepNhanBoSung") AS completed_text
    FROM elements
),

readings AS (
    SELECT
        *,
        read_local(requested_text) AS requested_read,
        read_local(completed_text) AS completed_read
    FROM texts
),

pairs AS (
    SELECT
        _file,
        _row,
        unless_sentinel(requested_read) AS requested,
        unless_sentinel(completed_read) AS completed,
        COALESCE(unless_sentinel(completed_read) < unless_sentinel(requested_read), FALSE) AS is_backwards,
        COALESCE(is_sentinel(requested_read), FALSE) OR COALESCE(is_sentinel(completed_read), FALSE) AS has_sentinel,
        is_unread(requested_text, requested_read) OR is_unread(completed_text, completed_read) AS is_unreadable
    FROM readings
),

ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY
                _file,
                _row
            ORDER BY
                is_backwards,
                requested DESC NULLS LAST,
                completed DESC NULLS LAST
        ) AS rank
    FROM pairs
)
SELECT
    _file,
    _row,
    max(requested) FILTER (WHERE rank = 1 AND NOT is_backwards) AS requested,
    max(completed) FILTER (WHERE rank = 1 AND NOT is_backwards) AS completed,
    min(completed) FILTER (WHERE NOT is_backwards) AS first_completed,
    bool_or(is_unreadable) AS is_unreadable,
    bool_or(has_sentinel) AS has_sentinel,
    bool_or(is_backwards) AS is_backwards
FROM ranked
GROUP BY
    _file,
    _row
