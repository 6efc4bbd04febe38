"""Builds a dataset on a Spark cluster: the same models, between two files of DuckDB."""
