-- The dossiers of one month of a made world: who they are, which plant they carry, and what befalls them in the shop.
-- Parameters: :first (number of the month's first dossier), :rows, :seed, :days (on which dossiers come in), :recent (from
-- this day on some are still open), :far_day (first day on which open ones are due), :agencies, :ended, :ended_final
-- (agencies that are no more, and where they went), :procedures, :retired, :root; reads places, calendar.
-- hash() only makes numbers here: nothing is joined or compared by it.
-- Columns: as selected at the end; instants are local.
CREATE OR REPLACE TEMP TABLE lives AS
WITH drawn_numbers AS (
    SELECT
        numbers.number,
        numbers.number - CAST(:first AS BIGINT) AS place_in_month,
        HASH(numbers.number, CAST(:seed AS BIGINT)) AS draw,
        HASH(numbers.number, CAST(:seed AS BIGINT), 'more') AS more
    FROM RANGE(CAST(:first AS BIGINT), CAST(:first AS BIGINT) + CAST(:rows AS BIGINT)) AS numbers (number)
),

dated_numbers AS (
    SELECT
        *,
        CAST(draw % 10000 AS INTEGER) AS place,
        CAST(:days AS DATE[])[1 + place_in_month * LEN(CAST(:days AS DATE[])) // CAST(:rows AS BIGINT)] AS day,
        [5, 10, 15, 20, 30][1 + CAST((draw >> 20) % 5 AS INTEGER)] AS term
    FROM drawn_numbers
),

planted_dossiers AS (
    SELECT
        dated_numbers.*,
        CASE
            WHEN places.plant = 'legacy' AND dated_numbers.day < DATE '2025-07-01' THEN 'ordinary'
            WHEN places.plant = 'retired' AND dated_numbers.day < DATE '2026-01-01' THEN 'ordinary'
            ELSE places.plant
        END AS plant
    FROM dated_numbers
    INNER JOIN places ON dated_numbers.place = places.place
),

placed_dossiers AS (
    SELECT
        *,
        CASE
            WHEN plant IN ('lag', 'swap_1_2') THEN 2
            WHEN plant IN ('lag_cycle', 'ahead', 'stuck') THEN 4
            WHEN plant IN ('lag_refusal', 'swap_3_8') THEN 3
            WHEN plant = 'end' THEN 7
            WHEN plant = 'masked' THEN 8
            WHEN plant = 'stuck_sup' THEN 5
            WHEN plant = 'stuck_pay' THEN 6
            WHEN plant = 'intake' THEN 1
            WHEN plant = 'ordinary' AND day >= CAST(:recent AS DATE) AND (draw >> 30) % 100 < 1 THEN 2
            WHEN plant = 'ordinary' AND day >= CAST(:recent AS DATE) AND (draw >> 30) % 100 < 6 THEN 4
            WHEN plant = 'ordinary' AND (draw >> 30) % 100 >= 98 THEN 7
            WHEN plant = 'ordinary' AND (draw >> 30) % 100 >= 97 THEN 8
            WHEN plant <> 'return' AND (draw >> 38) % 100 < 20 THEN 9
            ELSE 10
        END AS status,
        plant IN ('fns', 'twice_sup', 'twice_ext') OR (plant = 'ordinary' AND more % 100 < 4) AS is_late,
        day + CASE
            WHEN plant = 'rcv_12h' THEN INTERVAL '13 hours' + (more >> 8) % 10800 * INTERVAL '1 second'
            ELSE INTERVAL '7 hours 30 minutes' + (more >> 8) % 32340 * INTERVAL '1 second'
        END AS came_at
    FROM planted_dossiers
),

due_dossiers AS (
    SELECT
        placed_dossiers.*,
        calendar.next_working AS due_on
    FROM placed_dossiers
    INNER JOIN calendar
        ON
            calendar.day = CASE
                WHEN placed_dossiers.status IN (2, 4, 6) AND placed_dossiers.plant <> 'stuck'
                    THEN CAST(:far_day AS DATE) + CAST((placed_dossiers.draw >> 24) % 30 AS INTEGER)
                ELSE placed_dossiers.day + placed_dossiers.term
            END
),

ended_dossiers AS (
    SELECT
        *,
        CASE
            WHEN plant = 'same_day' THEN due_on + INTERVAL '17 hours 30 minutes'
            WHEN plant = 'reset' THEN due_on + INTERVAL '10 days 11 hours'
            WHEN is_late THEN due_on + CAST(1 + (more >> 24) % 3 AS INTEGER) + INTERVAL '10 hours'
            ELSE day + CAST(1 + (more >> 24) % (term - 2) AS INTEGER) + INTERVAL '8 hours'
                + (more >> 32) % 28740 * INTERVAL '1 second'
        END AS ended_at,
        1 + CAST((draw >> 44) % LEN(CAST(:agencies AS VARCHAR[])) AS INTEGER) AS agency_place,
        1 + CAST((draw >> 44) % LEN(CAST(:ended AS VARCHAR[])) AS INTEGER) AS ended_place,
        1 + CAST((more >> 40) % LEN(CAST(:procedures AS VARCHAR[])) AS INTEGER) AS procedure_place
    FROM due_dossiers
)

SELECT
    number,
    plant,
    place_in_month,
    draw,
    more,
    STRFTIME(day, '%y%m%d') || '-' || FORMAT('{:04d}', place_in_month) AS code_tail,
    status,
    came_at,
    came_at - CAST(more % 1800 AS INTEGER) * INTERVAL '1 second' AS submitted_at,
    due_on + INTERVAL '17 hours' AS due_at,
    ended_at,
    ended_at + CAST(1 + (draw >> 8) % 3 AS INTEGER) * INTERVAL '1 day' AS handed_at,
    CASE WHEN plant = 'reset' THEN due_on + INTERVAL '10 days 10 hours' ELSE came_at + INTERVAL '2 days' END AS completed_at,
    CASE WHEN plant = 'legacy' THEN CAST(:ended AS VARCHAR[])[ended_place] ELSE CAST(:agencies AS VARCHAR[])[agency_place] END
        AS agency_code,
    CASE
        WHEN plant = 'legacy' THEN CAST(:ended_final AS VARCHAR[])[ended_place]
        ELSE CAST(:agencies AS VARCHAR[])[agency_place]
    END AS agency_final,
    CAST(:agencies AS VARCHAR[])[1 + agency_place % LEN(CAST(:agencies AS VARCHAR[]))] AS next_agency,
    CAST(:procedures AS VARCHAR[])[procedure_place] AS procedure_code,
    CAST(:procedures AS VARCHAR[])[1 + procedure_place % LEN(CAST(:procedures AS VARCHAR[]))] AS next_procedure,
    CAST(:retired AS VARCHAR[])[1 + procedure_place % LEN(CAST(:retired AS VARCHAR[]))] AS retired_procedure
FROM ended_dossiers
