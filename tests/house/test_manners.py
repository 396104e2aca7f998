"""Manners of the code: names, docstrings, hints, mirrors."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import attrs
import pytest

from esc_skills import errors
from esc_skills.spec import hookspecs

Sources = dict[Path, ast.Module]

FORBIDDEN = {"util", "utils", "helper", "helpers", "common", "misc", "stuff", "tools"}

UNMIRRORED = Path(__file__).with_name("unmirrored.txt")
"""Source files without a test file of their own name; this list only shrinks."""


def test_no_room_for_odds_and_ends(sources: Sources) -> None:
    """No module is called util, helpers, common or misc."""
    named = [
        str(path)
        for path in sources
        if FORBIDDEN & {part.strip("_") for part in path.with_suffix("").parts}
    ]
    assert not named


def test_every_own_error_asks_for_a_hint() -> None:
    """``hint`` is a required keyword of every error class, so no message can lack one."""
    classes = [
        item
        for item in vars(errors).values()
        if inspect.isclass(item) and issubclass(item, errors.EscSkillsError)
    ]
    assert len(classes) >= 10
    for item in classes:
        hint = inspect.signature(item).parameters["hint"]
        assert hint.kind is inspect.Parameter.KEYWORD_ONLY
        assert hint.default is inspect.Parameter.empty


def test_every_error_line_names_code_and_hint() -> None:
    """The form of a message is one for all: code, where, what, hint."""
    fault = errors.DataError("bad", hint="mend it", where="a.json:3")
    assert fault.line == "error[data] a.json:3: bad (mend it)"


def test_every_hook_has_its_five_parts() -> None:
    """Question · When · Args · Returns · Determinism, in this order, for every hook."""
    hooks = {name: item for name, item in vars(hookspecs).items() if name.startswith("esc_skills_")}
    assert len(hooks) >= 20
    for name, hook in hooks.items():
        text = inspect.getdoc(hook) or ""
        assert text.splitlines()[0].endswith("?"), name
        places = [text.find(f"\n{part}:") for part in ("When", "Args", "Returns", "Determinism")]
        assert places == sorted(places), name
        assert places[0] > 0, name


def test_every_field_of_a_noun_is_documented(sources: Sources) -> None:
    """Under every field of an attrs class in a public room stands a docstring line."""
    public = ("src/esc_skills/model", "src/esc_skills/spec", "plugins/")
    bare = []
    for path, tree in sources.items():
        if not str(path).startswith(public):
            continue
        for node in (item for item in ast.walk(tree) if isinstance(item, ast.ClassDef)):
            if not any("attrs.frozen" in ast.unparse(item) for item in node.decorator_list):
                continue
            for here, after in zip(node.body, [*node.body[1:], None], strict=True):
                if not isinstance(here, ast.AnnAssign) or "ClassVar" in ast.unparse(
                    here.annotation
                ):
                    continue
                told = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                private = isinstance(here.target, ast.Name) and here.target.id.startswith("_")
                if not told and not private and not node.name.startswith("_"):
                    bare.append(f"{path}:{here.lineno} {node.name}")
    assert not bare, "\n".join(bare)


def test_every_test_states_its_behaviour(root: Path) -> None:
    """Each test function has a docstring."""
    silent = [
        f"{path.relative_to(root)}:{node.lineno} {node.name}"
        for path in sorted((root / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert not silent, "\n".join(silent)


def mirror(path: Path) -> Path | None:
    """Where the test file of a source file stands; None for files that need none."""
    if path.name == "__init__.py":
        return None
    if path.parts[0] == "plugins":
        return Path("tests/plugins", *path.parts[2:-1], f"test_{path.name}")
    return Path("tests/unit", *path.parts[2:-1], f"test_{path.name}")


def test_every_source_file_has_its_mirror(sources: Sources, root: Path) -> None:
    """A source file has a test file of its name, but for a list that only shrinks."""
    allowed = set(UNMIRRORED.read_text("utf-8").split())
    lonely = {
        str(path)
        for path in sources
        if (place := mirror(path)) is not None and not (root / place).is_file()
    }
    assert not lonely - allowed, f"write tests for: {sorted(lonely - allowed)}"
    assert not allowed - lonely, f"now mirrored, strike off the list: {sorted(allowed - lonely)}"


@pytest.mark.parametrize(
    "room",
    ["esc_skills", "esc_skills.model", "esc_skills.spec", "esc_skills.stats", "esc_skills.testing"],
)
def test_public_names_are_sorted_and_there(room: str) -> None:
    """``__all__`` of a public room is sorted, and every name in it can be had."""
    module = importlib.import_module(room)
    names = list(module.__all__)
    assert names == sorted(
        names, key=lambda name: (not name.isupper(), not name[0].isupper(), name)
    )
    for name in names:
        assert getattr(module, name) is not None


def test_every_room_says_what_enters_and_leaves(sources: Sources) -> None:
    """Each room's ``__init__`` has the three lines Enters, Leaves, Door."""
    for path, tree in sources.items():
        if path.name == "__init__.py" and len(path.parts) > 3:
            text = ast.get_docstring(tree) or ""
            for word in ("Enters:", "Leaves:", "Door:"):
                assert word in text, f"{path} lacks {word}"


def test_kernel_names_no_plugin_module(root: Path) -> None:
    """No file of the kernel names the defaults' package or a provider's SDK."""
    for path in sorted((root / "src").rglob("*.py")):
        text = path.read_text("utf-8")
        assert not re.search(r"esc_skills_plugins|import (openai|anthropic)", text), path


def test_nouns_are_frozen() -> None:
    """Every class of the model is a frozen attrs class."""
    model = importlib.import_module("esc_skills.model")
    for name in model.__all__:
        item = getattr(model, name)
        if inspect.isclass(item):
            assert attrs.has(item), name
            assert item.__setattr__ is not object.__setattr__, name
