"""Which columns each column of the warehouse comes from, read from the compiled SQL; as a page."""
