"""Scoring models and their walk-forward: pure functions on frames; no file, no connection."""
