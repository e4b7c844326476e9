"""The wing `inspection` (kiểm tra từ xa): plans, checks with the data they rest on, findings followed until proved.

Stands beside the stages under their rule and imports none of them. `basis` notes what was read for a check, `secrecy`
keeps out what is secret, `agencies` finds the inspected one, `plan_rows` reads lines of plans, `findings` groups
discrepancies, `targets` holds the register against its targets. `contents` says what the report tells, `paper` how it
looks, `writing` writes it; `overview` counts for the page, `page` renders it, `publishing` writes it. The rules are
`rules.inspection`, the register itself is `store.register`, its commands are `inspection_desk`.
"""
