"""What goes wrong in tracing columns."""

from warehouse.files import WarehouseError


class LineageError(WarehouseError):
    """Columns that cannot be traced; the message says where it stopped."""
