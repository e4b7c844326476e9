"""The command line's desk for single discrepancies: list, show, acknowledge, accept, reopen."""
