-- How one value is read in SQL: the same readings as `doisoat.rules.values`, which decides (a test compares them).
-- Several statements, loaded one by one; session variable `instant_shape` = the pattern of all spellings of instants.
-- A value arrives as text. Instants are local (+07:00) TIMESTAMPs without zone until a table is written.

-- Text in NFC without outer blanks; NULL for the spellings of nothing. NUL ends a text for the engine's own normaliser, so
-- it becomes another control character first.
CREATE OR REPLACE MACRO trimmed(value) AS
    regexp_replace(
        translate(nfc_normalize(replace(value, chr(0), chr(1))), chr(160) || chr(8239), '  '),
        '^[\x09-\x0d\x1c-\x20\x{85}\p{Z}]+|[\x09-\x0d\x1c-\x20\x{85}\p{Z}]+$',
        '',
        'g'
    );

-- Not by IN: the engine makes a join of it, which reads every row the slow way before anything is decided.
CREATE OR REPLACE MACRO unless_null_word(text) AS
    CASE WHEN regexp_full_match(text, '(?i:|null|none|nan|nat|\(null\)|\\n)') THEN NULL ELSE text END;

-- Nearly all texts are ASCII without a blank at either end: what `trimmed` leaves as it is. No null word has more than six
-- letters.
CREATE OR REPLACE MACRO read_text(value) AS
    CASE
        WHEN
            value >= '!'
            AND value < chr(127)
            AND strlen(value) = length(value)
            AND right(value, 1) BETWEEN '!' AND '~'
            AND NOT contains(value, chr(0))
            THEN CASE WHEN strlen(value) > 6 THEN value ELSE unless_null_word(value) END
        ELSE unless_null_word(trimmed(value))
    END;

-- A code as it is compared everywhere; NULL if nothing is left of it.
CREATE OR REPLACE MACRO normalised(text, hyphens) AS
    nfc_normalize(upper(nfc_normalize(
        translate(
            regexp_replace(text, '[\p{Zs}\p{Zl}\p{Zp}\p{Cc}\p{Cf}]+', '', 'g'),
            CASE
                WHEN hyphens
                    THEN chr(8208) || chr(8209) || chr(8210) || chr(8211) || chr(8212) || chr(8213) || chr(8722)
                ELSE ''
            END,
            CASE WHEN hyphens THEN '-------' ELSE '' END
        )
    )));

-- Nearly all codes are visible ASCII, where only the letters become capitals.
CREATE OR REPLACE MACRO read_code(value, hyphens) AS
    CASE
        WHEN regexp_full_match(value, '[!-~]+')
            THEN CASE WHEN strlen(value) > 6 THEN upper(value) ELSE unless_null_word(upper(value)) END
        ELSE unless_null_word(normalised(unless_null_word(trimmed(value)), hyphens))
    END;

-- Whether a normalised code can be a dossier code (rule code_malformed).
CREATE OR REPLACE MACRO is_dossier_code(code) AS
    length(code) <= 50
    AND regexp_matches(code, '\p{Nd}')
    AND regexp_full_match(code, '[\p{L}\p{Nd}][\p{L}\p{Nd}._/-]*');

-- A whole number of 64 bits, .0 allowed; NULL for nothing and for what is no number.
CREATE OR REPLACE MACRO read_integer(text) AS
    CASE
        WHEN regexp_full_match(text, '[0-9]{1,18}') THEN CAST(text AS BIGINT)
        WHEN regexp_full_match(text, '[+-]?[0-9]+(\.0)?')
            THEN TRY_CAST(regexp_replace(text, '\.0$', '') AS BIGINT)
    END;

-- The parts of an instant whose text has the shape of one: date and time as written, then the offset.
CREATE OR REPLACE MACRO written_digits(text) AS
    TRY_CAST(
        substr(text, 1, 4) || '-' || substr(text, 5, 2) || '-' || substr(text, 7, 2)
        || ' ' || substr(text || '000000', 9, 2)
        || ':' || substr(text || '000000', 11, 2)
        || ':' || CASE WHEN length(text) = 14 THEN substr(text, 13, 2) ELSE '00' END
        AS TIMESTAMP
    );

CREATE OR REPLACE MACRO written_iso(text) AS
    TRY_CAST(
        replace(substr(text, 1, 10), '/', '-')
        || CASE
            WHEN substr(text, 11, 1) IN ('T', ' ')
                THEN
                    ' ' || substr(text, 12, 5)
                    || CASE WHEN substr(text, 17, 1) = ':' THEN substr(text, 17, 3) ELSE ':00' END
            ELSE ' 00:00:00'
        END
        AS TIMESTAMP
    );

CREATE OR REPLACE MACRO offset_of(text) AS
    CASE
        WHEN text LIKE '%Z' THEN INTERVAL 0 MINUTE
        WHEN regexp_matches(text, '[+-][0-9]{2}:?[0-9]{2}$')
            THEN to_minutes(
                CASE WHEN regexp_extract(text, '([+-])[0-9]{2}:?[0-9]{2}$', 1) = '-' THEN -1 ELSE 1 END
                * (
                    60 * TRY_CAST(regexp_extract(text, '([0-9]{2}):?[0-9]{2}$', 1) AS INTEGER)
                    + TRY_CAST(right(text, 2) AS INTEGER)
                )
            )
        ELSE INTERVAL 7 HOUR
    END;

CREATE OR REPLACE MACRO written_vietnamese(text) AS
    TRY_CAST(
        regexp_extract(text, '^([0-9]+)[/-]([0-9]+)[/-]([0-9]{4})', 3)
        || '-' || regexp_extract(text, '^([0-9]+)[/-]([0-9]+)', 2)
        || '-' || regexp_extract(text, '^([0-9]+)', 1)
        || CASE
            WHEN text NOT LIKE '%:%' THEN ' 00:00:00'
            ELSE ' ' || CAST(
                CASE
                    WHEN text LIKE '%SA' THEN TRY_CAST(regexp_extract(text, ' ([0-9]+):', 1) AS INTEGER) % 12
                    WHEN text LIKE '%CH' THEN TRY_CAST(regexp_extract(text, ' ([0-9]+):', 1) AS INTEGER) % 12 + 12
                    ELSE TRY_CAST(regexp_extract(text, ' ([0-9]+):', 1) AS INTEGER)
                END AS VARCHAR
            )
            || regexp_extract(text, '(:[0-9]{2})', 1)
            || COALESCE(NULLIF(regexp_extract(text, ':[0-9]{2}(:[0-9]{2})', 1), ''), ':00')
        END
        AS TIMESTAMP
    );

-- 0001-01-01 and 1900-01-01, the empty values of .NET and Excel.
CREATE OR REPLACE MACRO is_sentinel(local) AS
    CAST(local AS DATE) IN (DATE '0001-01-01', DATE '1900-01-01');

-- Sentinels keep their date, even where the offset would move it.
CREATE OR REPLACE MACRO moved(written, away) AS
    CASE
        WHEN is_sentinel(written) THEN written
        WHEN written - away + INTERVAL 7 HOUR BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59'
            THEN written - away + INTERVAL 7 HOUR
    END;

-- The usual spellings, told apart by their length, in which every part has all its digits; NULL for any other text, also for
-- one with a blank around it. Years that `read_any_local` refuses or treats specially are left to it.
CREATE OR REPLACE MACRO read_usual_local(text) AS
    CASE
        WHEN strlen(text) = 25
            THEN CASE
                WHEN text >= '0001' AND text LIKE '%+07:00' THEN try_strptime(text, '%Y-%m-%dT%H:%M:%S+07:00')
            END
        WHEN text >= '0001' AND right(text, 1) BETWEEN '0' AND '9' AND NOT contains(text, '/0000')
            THEN CASE strlen(text)
                WHEN 19 THEN try_strptime(text, ['%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M:%S', '%d/%m/%Y %H:%M:%S'])
                WHEN 10 THEN try_strptime(text, ['%Y-%m-%d', '%d/%m/%Y'])
                WHEN 14
                    THEN CASE WHEN text >= '19' AND text < '21' THEN try_strptime(text, '%Y%m%d%H%M%S') END
                WHEN 28
                    THEN CASE
                        WHEN text >= '1901' AND text < '9999'
                            THEN date_trunc('second', try_strptime(text, '%Y-%m-%dT%H:%M:%S.%g+0000')) + INTERVAL 7 HOUR
                    END
            END
    END;

CREATE OR REPLACE MACRO read_any_local(text) AS
    CASE
        WHEN text IS NULL OR NOT regexp_full_match(text, getvariable('instant_shape')) THEN NULL
        WHEN regexp_full_match(text, '[0-9]+')
            THEN CASE
                WHEN length(text) = 13
                    THEN make_timestamp((TRY_CAST(text AS BIGINT) // 1000 + 25200) * 1000000)
                ELSE written_digits(text)
            END
        WHEN regexp_matches(text, '^[0-9]{4}') AND substr(text, 1, 4) <> '0000'
            THEN moved(written_iso(text), offset_of(text))
        WHEN NOT regexp_matches(text, '[/-]0000') THEN written_vietnamese(text)
    END;

-- The local time an instant's text names, sentinels included; NULL for nothing and for what is no instant.
CREATE OR REPLACE MACRO read_local(text) AS COALESCE(read_usual_local(text), read_any_local(text));

CREATE OR REPLACE MACRO unless_sentinel(local) AS CASE WHEN is_sentinel(local) THEN NULL ELSE local END;

CREATE OR REPLACE MACRO is_unread(text, local) AS text IS NOT NULL AND local IS NULL;

-- Whether `land` withheld a value of this field: `names` is `_bounded` or `_unreadable`.
CREATE OR REPLACE MACRO is_withheld(names, field) AS COALESCE(list_contains(names, field), FALSE);

-- A count: not negative, not absurd.
CREATE OR REPLACE MACRO read_count(text) AS
    CASE WHEN read_integer(text) BETWEEN 0 AND 999999 THEN CAST(read_integer(text) AS INTEGER) END;

CREATE OR REPLACE MACRO bad_date(field, unreadable, value, local) AS
    CASE
        WHEN is_withheld(unreadable, field) THEN field
        WHEN is_unread(value, local) THEN CASE WHEN read_text(value) IS NOT NULL THEN field END
    END;

-- `000.00.05.H21` (QCVN 102:2016) as `H21.05`, `000.00.00.H21` as `H21`; NULL for any other code.
CREATE OR REPLACE MACRO agency_of_old_spelling(code) AS
    CASE
        WHEN regexp_full_match(code, '000\.00\.00\.[A-Z][0-9]{2}') THEN substr(code, 11, 3)
        WHEN regexp_full_match(code, '000\.00\.[0-9]{2}\.[A-Z][0-9]{2}')
            THEN substr(code, 11, 3) || '.' || substr(code, 8, 2)
    END;
