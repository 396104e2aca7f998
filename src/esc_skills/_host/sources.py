"""What a plug-in's source says about itself, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import attrs

from esc_skills._host.catalogue import Entry


def source_file(module: str) -> Path | None:
    """Find the file of a module, importing neither it nor its parents; None when unknown."""
    top, *rest = module.split(".")
    try:
        spec = find_spec(top)  # for a name without dots this imports nothing
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None:
        return None
    if not rest:
        return Path(spec.origin) if spec.origin and spec.origin.endswith(".py") else None
    for folder in spec.submodule_search_locations or ():
        stem = Path(folder).joinpath(*rest)
        for path in (stem.with_name(stem.name + ".py"), stem / "__init__.py"):
            if path.is_file():
                return path
    return None


def _tree(module: str) -> ast.Module | None:
    path = source_file(module)
    try:
        return ast.parse(path.read_bytes()) if path else None
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


def _constants(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for line in body:
        if isinstance(line, ast.AnnAssign):
            targets: list[ast.expr] = [line.target]
        elif isinstance(line, ast.Assign):
            targets = line.targets
        else:
            continue
        value = line.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from ((item.id, value.value) for item in targets if isinstance(item, ast.Name))


def stated_api(module: str) -> str:
    """``ESC_SKILLS_API`` as the source states it; empty when it states none."""
    tree = _tree(module)
    return dict(_constants(tree.body)).get("ESC_SKILLS_API", "") if tree else ""


def summary_of(entry: Entry) -> str:
    """One line on a component: its ``summary``, or else the module's first docstring line."""
    tree = _tree(entry.module)
    if tree is None:
        return ""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    facts = [dict(_constants(node.body)) for node in classes]
    named = (fact for fact in facts if fact.get("name") == entry.name)
    text = next(named, {}).get("summary") or ast.get_docstring(tree) or ""
    return text.strip().splitlines()[0] if text.strip() else ""


def summarised(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Fill in the summaries of all entries."""
    return tuple(attrs.evolve(entry, summary=summary_of(entry)) for entry in entries)
