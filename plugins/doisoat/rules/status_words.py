"""Status words of known one-stop-shops on the portal's scale 1..10: data, one map per kind of source.

A province file's `status_map` overrides single words. iGate speaks the ten labels themselves and needs no map.
"""

from __future__ import annotations

from collections.abc import Mapping

# OpenCPS v2: what its own pull endpoint for the portal answers. Another one-stop-shop swaps 3/8 and 1/2.
OPENCPS: Mapping[str, int] = {
    "new": 1,
    "receiving": 2,
    "unresolved": 3,
    "processing": 4,
    "waiting": 5,
    "paying": 6,
    "cancelled": 7,
    "denied": 8,
    "releasing": 9,
    "done": 10,
}
