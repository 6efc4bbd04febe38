"""The published file over HTTP: read-only, each answer from exactly one build."""
