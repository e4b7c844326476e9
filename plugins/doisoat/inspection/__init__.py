"""The wing `inspection` (kiểm tra từ xa): plans, checks with the data they rest on, findings followed until proved.

Stands beside the stages under their rule and imports none of them. `basis` notes what was read for a check, `secrecy`
keeps out what is secret, `plan_rows` reads lines of plans, `findings` groups discrepancies, `targets` holds the
register against its targets, `contents` says what the report tells, `paper` how it looks, `page` shows the register.
The rules are `rules.inspection`, the register itself is `store.register`, its commands are `inspection_desk`.
"""
