"""Stage 1, land: what a side says, projected to the allow-list, as files that are never read again.

`land` reads a side to its end, `land_look_ups` asks for single dossiers; both are resumable after a kill and
leave parts and a manifest (`docs/data-contracts.md`). Sources: `exports` (files), `databases`, `shops`, `portal`,
all of them speaking the protocols of `source`; `asking` decides whom a portal of look-ups is asked about; `calls` is
how a live one is reached, `connect` picks the one a section names.
"""

from doisoat.land.exports.files import FilesSource
from doisoat.land.landing import Progress, land
from doisoat.land.look_ups import land_look_ups
from doisoat.land.source import Answer, Closing, LookUp, Page, Record, Source

__all__ = [
    "Answer",
    "Closing",
    "FilesSource",
    "LookUp",
    "Page",
    "Progress",
    "Record",
    "Source",
    "land",
    "land_look_ups",
]
