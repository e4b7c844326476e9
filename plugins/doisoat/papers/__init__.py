"""What all papers of ours share: DOCX to edit and PDF to look at, with the same bytes for the same values.

`layout` has the pieces of templates made in code, `filling` fills them in, `columns` measures their tables,
`typesetting` sets the PDF. What a paper says belongs to who writes it (`letters`, `inspection`).
"""
