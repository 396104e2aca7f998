"""Makes mutants of a module: each is the module with one thing wrong.

Swapped comparisons, negated conditions, ``and`` for ``or``, figures one off, texts emptied,
statements left out, results forgotten, errors not raised.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator

import attrs

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
REACHED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult}
LEFT_OUT = (ast.Expr, ast.Raise, ast.AugAssign, ast.Continue, ast.Break, ast.Delete)
NAMED = {"any": "all", "all": "any", "min": "max", "max": "min"}


@attrs.frozen
class Mutant:
    """A top-level statement of a module with one thing wrong."""

    name: str
    """Where and what: it stays the same when other lines of the module change."""
    line: int
    """Where the wrong thing stands."""
    owner: str
    """Function or ``Class.method`` that holds it; empty for what an import runs."""
    top: ast.stmt
    """The whole statement, mutated."""


def mutants(source: str) -> list[Mutant]:
    """All mutants of a module, in the order of its lines."""
    seen: Counter[str] = Counter()
    made = []
    for top in ast.parse(source).body:
        for node, owner in _nodes(top):
            before = _short(node)
            for change in _changes(node):
                other = copy.deepcopy(top)
                twin = _twin(top, other, node)
                _replace(other, twin, change(copy.deepcopy(node)))
                name = f"{owner or 'module'}: {before} → {_short(change(copy.deepcopy(node)))}"
                seen[name] += 1
                told = name if seen[name] == 1 else f"{name} #{seen[name]}"
                ast.fix_missing_locations(other)
                made.append(Mutant(told, getattr(node, "lineno", top.lineno), owner, other))
    return made


def _nodes(top: ast.stmt) -> Iterator[tuple[ast.AST, str]]:
    """Nodes that may go wrong, with their owner; annotations, docstrings and decorators cannot."""
    if isinstance(top, ast.Import | ast.ImportFrom) or _docstring(top):
        return
    waiting: list[tuple[ast.AST, str]] = [(top, "")]
    while waiting:
        node, owner = waiting.pop()
        yield node, owner
        if isinstance(node, Function) and (owner == "" or owner.endswith(".")):
            owner += node.name
        if isinstance(node, ast.ClassDef) and not owner:
            owner = f"{node.name}."
        inner = [(child, owner) for child in _children(node)]
        waiting.extend(reversed(inner))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "ctx", "type_params"}:
            continue
        if isinstance(node, ast.JoinedStr):  # as a whole
            continue
        if isinstance(node, ast.Subscript) and _kind(node):
            return
        if _first(node) and field == "slice":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.arguments):
                yield from (one for one in (*child.defaults, *child.kw_defaults) if one)
            elif isinstance(child, ast.AST) and not _docstring(child):
                yield child


def _first(node: ast.AST) -> bool:
    """Whether it takes the first of something; for most things of ours that is the last, too."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == 0
        and isinstance(node.ctx, ast.Load)
    )


def _docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _kind(node: ast.Subscript) -> bool:
    """Whether it names a type, as in ``tuple[str, ...]``."""
    return isinstance(node.value, ast.Name) and node.value.id in {
        *("tuple", "list", "dict", "set", "type", "frozenset"),
        *("Callable", "Iterator", "Mapping", "Sequence", "Literal"),
    }


Change = Callable[[ast.AST], ast.AST]


def _changes(node: ast.AST) -> Iterator[Change]:
    yield from _statements(node)
    if isinstance(node, ast.Compare):
        for at, sign in enumerate(node.ops):
            yield lambda one, at=at, sign=sign: _set(one.ops, at, COMPARED[type(sign)](), one)
    elif isinstance(node, ast.BoolOp):
        yield lambda one: _with(one, op=ast.Or() if isinstance(one.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda one: one.operand
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in REACHED:
        yield lambda one: _with(one, op=REACHED[type(one.op)]())
    elif isinstance(node, ast.Name) and node.id in NAMED and isinstance(node.ctx, ast.Load):
        yield lambda one: _with(one, id=NAMED[one.id])
    elif isinstance(node, ast.JoinedStr):
        yield lambda one: ast.Constant("")
    elif isinstance(node, ast.Constant):
        yield from (lambda one, new=new: ast.Constant(new) for new in _others(node.value))
    if _first(node):
        yield lambda one: _with(one, slice=ast.Constant(1))
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield lambda one: _with(one, test=ast.UnaryOp(ast.Not(), one.test))
    if isinstance(node, ast.comprehension):
        for at in range(len(node.ifs)):
            yield lambda one, at=at: _set(one.ifs, at, ast.UnaryOp(ast.Not(), one.ifs[at]), one)


def _statements(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Return):
        if node.value is not None and not _nothing(node.value):
            yield lambda one: ast.Return(ast.Constant(None))
    elif isinstance(node, LEFT_OUT) or (isinstance(node, ast.Assign) and _part(node)):
        yield lambda one: ast.Pass()


def _part(node: ast.Assign) -> bool:
    """Whether it sets a part of something; leaving out a plain name is only a NameError."""
    return any(isinstance(one, ast.Attribute | ast.Subscript) for one in node.targets)


def _nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _others(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1]
    if isinstance(value, str | bytes):
        return [type(value)()] if value else ["?" if isinstance(value, str) else b"?"]
    return []


def _set(items: list[ast.AST], at: int, new: ast.AST, holder: ast.AST) -> ast.AST:
    items[at] = new
    return holder


def _with(node: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _twin(tree: ast.AST, other: ast.AST, node: ast.AST) -> ast.AST:
    """The node of a copy that stands where a node of the original does."""
    for one, two in zip(ast.walk(tree), ast.walk(other), strict=True):
        if one is node:
            return two
    raise LookupError(ast.dump(node))


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    if isinstance(new, ast.expr | ast.stmt):
        ast.copy_location(new, old)
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list):
                setattr(parent, field, [new if one is old else one for one in value])


def _short(node: ast.AST) -> str:
    """Source of a node on one line, cut where it is long."""
    if isinstance(node, ast.comprehension):
        told = " ".join(ast.unparse(one) for one in node.ifs)
    elif isinstance(node, ast.If | ast.While):
        told = f"if {ast.unparse(node.test)}"
    else:
        told = ast.unparse(node)
    flat = " ".join(told.split())
    return flat if len(flat) <= 70 else f"{flat[:50]}…{flat[-19:]}"
