"""House numbers: how long, how wide, how many."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

FUNCTION_HARD, FUNCTION_MEDIAN, FUNCTION_P90 = 60, 12, 30
FILE_HARD, FILE_MEDIAN, FILE_P90 = 400, 150, 300
POSITIONAL = 6
KERNEL_STATEMENTS = {
    "what a newcomer reads": (("model", "spec", "_stages"), 2_600),
    "the engine": (("_engine",), 4_000),
    "studies": (("_studies",), 3_600),
    "practice": (("_practice",), 1_300),
    "the command line": (("_cli",), 2_300),
    "the kernel": ((), 10_000),
}
"""Rooms (none named: all but those of ``APART``) and their most statements."""

APART = {"testing", "_studies", "_practice", "_cli"}
"""Rooms with a number of their own, or none: nobody passes them to understand a run."""

Sources = dict[Path, ast.Module]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(sources: Sources) -> Iterator[tuple[Path, Function]]:
    for path, tree in sources.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def statements(tree: ast.Module) -> int:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return sum(not docstring(node) for node in found)


def docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_no_function_is_long(sources: Sources) -> None:
    """A function has at most 60 lines, docstring included."""
    long = [
        f"{path}:{node.lineno} {node.name} has {lines(node)}"
        for path, node in functions(sources)
        if lines(node) > FUNCTION_HARD
    ]
    assert not long, "\n".join(long)


def test_functions_are_short_as_a_rule(sources: Sources) -> None:
    """Half of all functions fit twelve lines, nine in ten fit thirty."""
    sizes = [lines(node) for _, node in functions(sources)]
    assert median(sizes) <= FUNCTION_MEDIAN
    assert quantiles(sizes, n=10)[-1] <= FUNCTION_P90


def test_no_file_is_long(sources: Sources, root: Path) -> None:
    """A file has at most 400 lines; half fit 150, nine in ten 300."""
    sizes = {path: len((root / path).read_text("utf-8").splitlines()) for path in sources}
    long = [f"{path} has {size}" for path, size in sizes.items() if size > FILE_HARD]
    assert not long, "\n".join(long)
    assert median(sizes.values()) <= FILE_MEDIAN
    assert quantiles(sizes.values(), n=10)[-1] <= FILE_P90


def test_parameters_beyond_six_are_named(sources: Sources) -> None:
    """A function takes at most six positional parameters; the rest are keyword-only."""
    wide = [
        f"{path}:{node.lineno} {node.name}"
        for path, node in functions(sources)
        if len([arg for arg in node.args.args if arg.arg not in {"self", "cls"}]) > POSITIONAL
    ]
    assert not wide, "\n".join(wide)


@pytest.mark.parametrize("part", KERNEL_STATEMENTS)
def test_kernel_stays_small(sources: Sources, part: str) -> None:
    """Rooms of the kernel keep to their number of statements (designs 0006, 0007, 0014, 0017,
    0019).
    """
    rooms, most = KERNEL_STATEMENTS[part]
    size = sum(
        statements(tree)
        for path, tree in sources.items()
        if path.parts[:2] == ("src", "esc_skills")
        and (path.parts[2] in rooms if rooms else path.parts[2] not in APART)
    )
    assert size <= most, size


def test_no_tracked_file_is_a_burden_to_clone(tracked: list[Path]) -> None:
    """A file weighs at most 1 MiB; whoever clones the house carries all it ever held."""
    assert [path.name for path in tracked if path.stat().st_size > 2**20] == []
