-- Table `row_ends`: the last day a dossier was handled, as its ended row says; of repeated rows the latest.
-- Parameters: ended_words (status words that mean an end). From `landed`. Columns: dossier_code, ended_on (local day).
CREATE OR REPLACE TABLE row_ends AS
SELECT
    dossier_code,
    CAST(
        max(
            greatest(
                unless_sentinel(read_local(read_text("NgayKetThucXuLy"))),
                unless_sentinel(read_local(read_text("NgayTra")))
            )
        ) AS DATE
    ) AS ended_on
FROM landed
WHERE
    list_contains(CAST(:ended_words AS VARCHAR[]), read_text("TrangThaiHoSo"))
    AND dossier_code IS NOT NULL
GROUP BY dossier_code
