"""What runs inside the measured processes: one module a peer, each on its own."""
