-- PostgreSQL: an empty table of the shop's compared columns. No parameters.
CREATE UNLOGGED TABLE shop_rows (
    dossier_code VARCHAR NOT NULL,
    status SMALLINT,
    procedure_code VARCHAR,
    agency_final VARCHAR,
    received_at TIMESTAMP WITH TIME ZONE,
    submitted_at TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    returned_at TIMESTAMP WITH TIME ZONE,
    step_at TIMESTAMP WITH TIME ZONE,
    supplement_count INTEGER,
    supplement_requested_at TIMESTAMP WITH TIME ZONE,
    supplement_completed_at TIMESTAMP WITH TIME ZONE,
    extension_count INTEGER,
    channel SMALLINT,
    online_payment SMALLINT,
    fee_total BIGINT,
    has_result BOOLEAN
)
