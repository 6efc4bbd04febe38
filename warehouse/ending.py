"""How a command ends that has nothing left to do."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def leave(code: int = 0) -> NoReturn:
    """End this process at once, with a code: to take apart what it has loaded takes a second.

    What is open for writing must have been closed before.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
