"""Both outside systems of a province, simulated from one seeded world with planted truth."""

from doisoat_simulator.world import Truth, World, build_world

__all__ = ["Truth", "World", "build_world"]
