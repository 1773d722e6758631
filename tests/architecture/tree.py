"""The source tree as the architecture tests see it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "guantong"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Public = Function | ast.ClassDef


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of each module that people wrote, by its path inside the package."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if path.parent.name != "migrations")
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


def functions(tree: ast.AST) -> list[Function]:
    """Return every function and method, nested ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def public(tree: ast.Module | ast.ClassDef) -> list[Public]:
    """Return the public functions and classes and, in these, the public methods."""
    named = [node for node in tree.body if isinstance(node, Public) and not node.name.startswith("_")]
    return named + [inner for node in named if isinstance(node, ast.ClassDef) for inner in public(node)]


def docstrings(tree: ast.Module) -> list[str]:
    """Return the docstrings of the module and of all in it."""
    documented = [node for node in ast.walk(tree) if isinstance(node, ast.Module | Public)]
    return [text for node in documented if (text := ast.get_docstring(node))]


@cache
def repository_files() -> tuple[Path, ...]:
    """Return what git tracks or would track."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())
