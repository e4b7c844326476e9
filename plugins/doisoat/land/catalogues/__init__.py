"""Both sides' catalogues of procedures, agencies and sectors, as the wing `catalogue` compares them.

`rows` gives a listed row its meaning; `files`, `services`, `shops` and `reporting` are where rows come from. Nothing
personal stands in a catalogue; other columns are dropped all the same.
"""
