"""SEC company facts: downloaded, read, and turned into statement items as known at each filing."""
