"""A seeded synthetic market with planted, documented premia and planted faults."""
