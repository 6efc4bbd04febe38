"""Ingest: lands what the sources said in schema ``raw``, and never edits a row of it."""
