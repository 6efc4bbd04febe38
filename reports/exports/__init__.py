"""What other tools take: books for pyfolio and backtest engines, factors for alphalens, tables.

``python -m reports exports`` writes all of it; the functions of these modules return the same as
data frames.
"""

from reports.exports.books import Book, book
from reports.exports.factors import factor_data
from reports.exports.writing import KINDS, write_exports

__all__ = ["KINDS", "Book", "book", "factor_data", "write_exports"]
