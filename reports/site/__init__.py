"""The project's site: README and docs as pages, beside the models' page and the report."""
