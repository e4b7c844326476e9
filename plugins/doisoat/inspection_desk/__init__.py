"""The command line's desk for inspections: `doisoat inspection …`, and what it says."""
