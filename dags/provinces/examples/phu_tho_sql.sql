-- The shop's dossiers for phu_tho_sql.yaml, under the wire's names.
-- Parameters there are: :scope_from and :business_date (days). Do not filter by the day of reception: a dossier that
-- was never received (registered, refused, withdrawn) would look as if the shop did not have it. What was last changed
-- before the scope began cannot belong to it.
-- _id is the row's own key (rows come in its order), _updated its time of change. Personal columns need not be
-- left out: only allow-listed ones are asked for.
SELECT
    h.*,
    h.id AS _id,
    h.cap_nhat AS _updated
FROM ho_so h
WHERE h.cap_nhat >= :scope_from
