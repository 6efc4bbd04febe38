"""The second road: every number again, from METHODS and the raw rows, without SQL models."""
