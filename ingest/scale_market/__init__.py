"""A synthetic market of any size, drawn by SQL from hashes of seed, symbol and session."""
