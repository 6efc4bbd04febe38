"""Older DuckDB clients: what they read of a published file, and the versions that are tried."""
