"""The wing of the statutory forms: Biểu 07a, 07b (before 8/2026 II.06a, II.06b) of a period, from a night's dossiers.

`computing` counts, `checking` holds the counts against the rules and against the period before, `publishing` writes the
workbooks and PDFs. Nothing here decides what a form looks like by law: that is `rules.statutory_forms`.
"""
