"""The walkthrough: a notebook, its source as a script beside it, and the slides made from it."""
