"""How a live source is called: one paced HTTP client, its answers, tokens, budgets. Nothing about dossiers."""
