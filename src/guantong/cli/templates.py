"""`guantong templates`: write blank workbooks to fill in."""

import argparse
import sys
from pathlib import Path

from guantong.cli.opening import UsageError
from guantong.cli.options import add_language
from guantong.formats.templates import write_templates
from guantong.messages.labels import label


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong templates`."""
    parser.add_argument("folder", metavar="DIR", help="写到哪个文件夹 · the folder to write to")
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong templates DIR`; returns the exit status."""
    language = arguments.lang or "zh"
    folder = Path(arguments.folder)
    try:
        written = write_templates(folder, language)
    except FileExistsError as error:
        raise UsageError(label("errors.exists", language, path=error.filename)) from None
    except OSError as error:
        raise UsageError(label("errors.write", language, path=folder, reason=error.strerror)) from None
    for path in written:
        sys.stdout.write(label("templates.written", language, path=path) + "\n")
    return 0
