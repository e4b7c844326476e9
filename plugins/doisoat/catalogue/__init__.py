"""The wing `catalogue`: both sides' lists of procedures, agencies and sectors, compared entry by entry (rules §8.5).

Stands beside the stages under their rule: it reads what was landed and the night's snapshot, and imports none of them.
`own` makes the shop's list of the province's reference tables, `landing` keeps what was read, `guard` refuses a list
that shrank, `comparison` finds what differs, `results` dates and names it, `report` and its page tell people.
"""
