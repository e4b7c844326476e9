"""The outside things a run keeps: its files, the DuckDB engine, the warehouse. One module owns one of them."""
