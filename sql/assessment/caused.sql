-- Tonight's discrepancies with their cause: what a pattern proves, else their own evidence.
-- A pattern proves it only of what changed since it began, and once proved it stays so until it is over. What a broken
-- way brought forth is technical. Reads evidence, evidence_texts, kind_groups, patterns, prior_state. No parameters.
-- Columns: those of tonight with cause and technical as they now are, confidence, evidence (a sentence), in_pattern.
CREATE TEMP TABLE caused AS
WITH patterned AS (
    SELECT
        evidence.*,
        evidence_texts.cause AS own_cause,
        evidence_texts.confidence AS own_confidence,
        REPLACE(
            REPLACE(
                REPLACE(
                    evidence_texts.sentence,
                    '{changed}',
                    COALESCE(STRFTIME(evidence.changed, '%d/%m/%Y %H:%M'), '(không rõ)')
                ),
                '{portal_step}',
                COALESCE(STRFTIME(evidence.portal_step, '%d/%m/%Y %H:%M'), '(không rõ)')
            ),
            '{value}',
            evidence.value
        ) AS own_sentence,
        COALESCE(by_pattern.cause, earlier.cause) AS pattern_cause,
        COALESCE(by_pattern.sentence, earlier.evidence) AS pattern_sentence
    FROM evidence
    INNER JOIN evidence_texts ON evidence.code = evidence_texts.code
    LEFT JOIN kind_groups ON evidence.kind = kind_groups.kind
    LEFT JOIN prior_state AS earlier
        ON
            evidence.fingerprint = earlier.fingerprint
            AND earlier.in_pattern
            AND earlier.state IN ('open', 'acknowledged', 'accepted', 'reopened')
    LEFT JOIN patterns AS by_pattern
        ON
            kind_groups.group_name = by_pattern.group_name
            AND evidence.changed >= by_pattern.began_at
            AND by_pattern.value = CASE by_pattern.segment
                WHEN 'procedure' THEN evidence.procedure_code
                ELSE evidence.agency_code
            END
)

SELECT
    * EXCLUDE (
        code,
        changed,
        portal_step,
        value,
        cause,
        technical,
        own_cause,
        own_confidence,
        own_sentence,
        pattern_cause,
        pattern_sentence
    ),
    COALESCE(pattern_cause, own_cause) AS cause,
    technical OR pattern_cause IS NOT NULL AS technical,
    CASE WHEN pattern_cause IS NOT NULL THEN 'high' ELSE own_confidence END AS confidence,
    COALESCE(pattern_sentence, own_sentence) AS evidence,
    pattern_cause IS NOT NULL AS in_pattern
FROM patterned
