"""One module per page, each with a function ``show`` of a reading."""
