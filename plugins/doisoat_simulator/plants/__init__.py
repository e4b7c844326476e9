"""Planted disagreements: each plant writes down what it expects at the moment it spoils a dossier."""

from doisoat_simulator.plants import (
    attributes,
    broken,
    conduct,
    conflicts,
    dates,
    flight,
    identity,
    lateness,
    near,
    nightly,
    spelled,
    status,
)
from doisoat_simulator.plants.base import PLANTS

__all__ = [
    "PLANTS",
    "attributes",
    "broken",
    "conduct",
    "conflicts",
    "dates",
    "flight",
    "identity",
    "lateness",
    "near",
    "nightly",
    "spelled",
    "status",
]
