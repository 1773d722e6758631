"""Text on standard output: as wide and as coloured as the terminal, plain in a pipe."""

import io
import sys
from collections.abc import Callable

from rich.console import Console

_PIPE_WIDTH = 100


def print_text(write: Callable[[Console], None]) -> None:
    """Write to standard output what `write` writes to a console."""
    if sys.stdout.isatty():
        write(Console(highlight=False))
        return
    text = io.StringIO()
    write(Console(highlight=False, width=_PIPE_WIDTH, file=text))
    sys.stdout.writelines(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())
