"""Databases read straight by SQL: one read-only snapshot, streamed; by a known schema or by a province's own query."""
