"""The one-stop-shops: one module per system, and how a listing is read page by page."""
