"""`guantong doctor`: is the installation in order, and what mends it if not."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console

from guantong import __version__
from guantong.cli.database import set_up_django
from guantong.cli.options import add_format, add_language
from guantong.cli.printing import print_text
from guantong.cli.report_json import document_text
from guantong.messages.labels import label

if TYPE_CHECKING:
    from guantong.kit.diagnosis import Diagnosis

_TO_MEND = frozenset({"warning", "error"})
_STYLES = {"ok": "green", "note": "cyan", "warning": "yellow", "error": "red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `guantong doctor`."""
    add_format(parser)
    add_language(parser)


def run(arguments: argparse.Namespace) -> int:
    """Carry out `guantong doctor`; returns 1 where something is to be mended, else 0."""
    set_up_django()
    from guantong.kit.diagnosis import diagnose

    language = arguments.lang or "zh"
    found = diagnose()
    if arguments.format == "json":
        checks = [_entry(diagnosis, language) for diagnosis in found]
        sys.stdout.write(document_text({"schema": 1, "version": __version__, "checks": checks}))
    else:
        print_text(lambda console: _write(console, found, language))
    return int(any(diagnosis.state in _TO_MEND for diagnosis in found))


def _entry(diagnosis: "Diagnosis", language: str) -> dict[str, Any]:
    return {
        "check": diagnosis.check,
        "state": diagnosis.state,
        "finding": diagnosis.finding,
        "message": _message(diagnosis, language),
        "action": _cure(diagnosis, language),
        "evidence": diagnosis.evidence,
    }


def _message(diagnosis: "Diagnosis", language: str) -> str:
    return label(f"doctor.messages.{diagnosis.finding}", language, **diagnosis.evidence)


def _cure(diagnosis: "Diagnosis", language: str) -> str | None:
    if diagnosis.state not in _TO_MEND:
        return None
    return label(f"doctor.cures.{diagnosis.finding}", language, **diagnosis.evidence)


def _write(console: Console, found: list["Diagnosis"], language: str) -> None:
    console.print(f"[bold]{label('doctor.title', language)}[/]  {__version__}\n")
    for diagnosis in found:
        state = label(f"doctor.states.{diagnosis.state}", language)
        style = _STYLES[diagnosis.state]
        check = label(f"doctor.checks.{diagnosis.check}", language)
        console.print(f"[{style}]{state}[/]  {check}: ", end="")
        console.print(_message(diagnosis, language), markup=False)
        for failed in diagnosis.evidence.get("failed", ()):
            arguments = ", ".join(str(value) for value in failed["arguments"])
            console.print(f"      {failed['task']}({arguments})  {failed['error']}", markup=False)
        cure = _cure(diagnosis, language)
        if cure is not None:
            console.print(f"    → {cure}", markup=False)
    count = sum(diagnosis.state in _TO_MEND for diagnosis in found)
    console.print("\n" + label("doctor.to_mend" if count else "doctor.clean", language, count=count), markup=False)
