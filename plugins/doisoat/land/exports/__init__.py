"""A folder of exports as a source: CSV, JSON lines, XLSX, Parquet, read as their makers wrote them."""
