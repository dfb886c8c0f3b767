"""Small checks of the house rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for room in ("gmm_app", "kernels") for path in (ROOT / room).rglob("*.py"))
LONGEST_FILE = 420
HEAVY = ("PySide6", "pyqtgraph", "numba", "duckdb", "pyarrow", "h5py", "scipy", "typer", "rich")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _public(tree: ast.Module) -> Iterator[Definition]:
    """Public functions and classes of a module, not those inside classes or functions."""
    for node in tree.body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node


def _section(docstring: str, title: str) -> list[str]:
    """The names that a numpydoc section explains, in order."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=\n\n|\Z)", docstring, re.M | re.S)
    if found is None:
        return []
    heads = re.findall(r"^([*\w]+(?:, *[*\w]+)*) *:", found[1], re.M)
    return [name.strip(" *") for head in heads for name in head.split(",")]


def _arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return {argument.arg for argument in every if argument is not None} - {"self", "cls"}


def _fields(definition: ast.ClassDef) -> list[str]:
    return [
        node.target.id
        for node in definition.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


def _is_dataclass(definition: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in definition.decorator_list)


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_public_things_are_explained(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [node.name for node in _public(tree) if ast.get_docstring(node) is None]
    assert not silent
    assert ast.get_docstring(tree) is not None or not tree.body, "the module says not what it is"


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_explained_parameters_are_in_the_signature(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            explained = set(_section(ast.get_docstring(node) or "", "Parameters"))
            where = f"{node.name} in {_name(path)}"
            assert explained <= _arguments(node), where
            # A kernel's arguments are bare arrays, so all of them are explained or none.
            if explained and path.is_relative_to(ROOT / "kernels"):
                assert explained == _arguments(node), where


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_explained_attributes_are_fields_in_their_order(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _is_dataclass(node):
            explained = _section(ast.get_docstring(node) or "", "Attributes")
            in_order = [name for name in _fields(node) if name in explained]
            assert explained == in_order, f"{node.name} in {_name(path)}"


@pytest.mark.parametrize("module", ["gmm_app", "gmm_app.display", "gmm_app.desktop"])
def test_import_is_light(module: str) -> None:
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not set(HEAVY) & set(done.stdout.split())


def test_the_window_comes_up_before_numba() -> None:
    program = "import sys, gmm_app.app; print('numba' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_numba_is_never_imported_before_it_is_told_of_the_processor() -> None:
    """Modules of kernels import others of kernels first: they lead to kernels/jit.py."""
    for path in sorted((ROOT / "kernels").glob("*.py")):
        imported = [name.partition(".")[0] for name in _imports(path)]
        if path.stem != "jit" and {"numba", "llvmlite"} & set(imported):
            assert imported.index("kernels") < _first(imported, {"numba", "llvmlite"}), path.name
    program = """
import importlib, sys
class Watch:
    def find_spec(self, name, path, target=None):
        if name == "numba":
            print("kernels.jit" in sys.modules)
sys.meta_path.insert(0, Watch())
importlib.import_module(sys.argv[1])
"""
    for module in ("kernels.warmup", "kernels.structures", "kernels.binning"):
        done = subprocess.run(
            [sys.executable, "-c", program, module],
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout == "True\n", module


def _imports(path: Path) -> list[str]:
    names = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


def _first(names: list[str], wanted: set[str]) -> int:
    return next(i for i, name in enumerate(names) if name in wanted)
