"""Write the reference pages that are made from code: ``python docs/make.py``.

With ``--check`` nothing is written; the exit code says whether every page is up to date.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from esc_skills import errors
from esc_skills._engine.experiment import Experiment
from esc_skills._host.catalogue import Catalogue
from esc_skills._host.hooks import PROVIDERS, SPECS, WATCHER_HOOKS
from esc_skills._host.loading import Host
from esc_skills._studies.mechanisms import Setup, mechanisms
from esc_skills.spec import ROLES, hookspecs
from esc_skills.testing.conformance import laws

REFERENCE = Path(__file__).parent / "reference"
EXAMPLES = Path(__file__).parents[1] / "examples" / "hooks"
"""A small plug-in for each hook, shown on its page and run by the tests."""
MADE = "<!-- Made by docs/make.py from the code; do not edit. -->"


def field_docs(cls: type[Any]) -> dict[str, str]:
    """Docstring lines under the fields of a class, by field name."""
    import ast
    import textwrap

    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    docs: dict[str, str] = {}
    for here, after in zip(tree.body, tree.body[1:], strict=False):
        named = isinstance(here, ast.AnnAssign) and isinstance(here.target, ast.Name)
        told = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if named and told:
            docs[here.target.id] = " ".join(str(after.value.value).split())
    return docs


def default(field: attrs.Attribute[Any]) -> str:
    """A field's default as it would be written; empty for required fields."""
    if field.default is attrs.NOTHING:
        return "required"
    if isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
        return repr(field.default.factory())  # type: ignore[union-attr]
    return repr(field.default)


def fields_table(cls: type[Any]) -> Iterable[str]:
    """Rows of a class's fields: name, default, meaning."""
    docs = field_docs(cls)
    shown = [field for field in attrs.fields(cls) if not field.name.startswith("_") and field.init]
    if not shown:
        yield "No settings."
        return
    yield "| setting | default | meaning |"
    yield "| --- | --- | --- |"
    for field in shown:
        cells = (f"`{field.name}`", f"`{default(field)}`", docs.get(field.name, ""))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def hook_page_name(hook: str) -> str:
    """Where the page of a hook lies, seen from the index."""
    return f"hooks/{hook.removeprefix('esc_skills_')}.md"


def hook_parts(hook: str) -> dict[str, str]:
    """The five parts of a hook's docstring by their heads; the question has none."""
    text = inspect.getdoc(getattr(hookspecs, hook)) or ""
    question, *rest = re.split(r"^(When|Args|Returns|Determinism):", text, flags=re.MULTILINE)
    return {"": question.strip(), **dict(zip(rest[::2], rest[1::2], strict=True))}


def asked(hook: str) -> str:
    """The first line of a hook's docstring."""
    return hook_parts(hook)[""].splitlines()[0]


def single(text: str) -> str:
    """Code marks of a docstring as those of a page."""
    return re.sub(r"(?<!`)``(?!`)", "`", text)


def hooks_page() -> str:
    """The index: what holds for all hooks, then each with its question, by kind."""
    lines = ["# Hooks", "", MADE, "", inspect.getdoc(hookspecs) or "", ""]
    for kind, hooks in (("Provider", PROVIDERS.values()), ("Watcher", WATCHER_HOOKS)):
        lines += [f"## {kind} hooks", ""]
        lines += [f"- [`{one}`]({hook_page_name(one)}): {asked(one)}" for one in hooks]
        lines.append("")
    return single("\n".join(lines))


def hook_page(hook: str) -> str:
    """One hook: its docstring part by part, the laws of its role, a plug-in that implements it."""
    parts = hook_parts(hook)
    signature = str(inspect.signature(getattr(hookspecs, hook))).replace("'", "")
    lines = [f"# {hook}", "", MADE, "", parts.pop(""), ""]
    lines += ["```python no-run", f"def {hook}{signature}: ...", "```", ""]
    for head, text in parts.items():
        rows = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", text, flags=re.MULTILINE)
        if head == "Args" and rows:
            shown = [f"- `{name}`: {' '.join(told.split())}" for name, told in rows]
            lines += ["**Args:**", "", *shown, ""]
        else:
            lines += [f"**{head}:** {' '.join(text.split())}", ""]
    for role in (role for role, one in PROVIDERS.items() if one == hook):
        lines += [f"What a component must be able to do: [{role}](../roles.md#{role}).", ""]
        lines += [f'`esc_skills.testing.conformance.check("{role}", component)` holds it to:', ""]
        lines += [f"- {law.sentence}" for law in laws(role)] + [""]
    example = EXAMPLES / f"{hook.removeprefix('esc_skills_')}.py"
    fence = f'```python title="examples/hooks/{example.name}" no-run'
    lines += ["## A small one", "", fence, example.read_text("utf-8").rstrip(), "```", ""]
    return single("\n".join(lines))


def roles_page() -> str:
    """One section a role: what it promises, and its default components with settings."""
    catalogue = Catalogue.read()
    host = Host(catalogue)
    lines = ["# Roles and their default components", "", MADE, ""]
    for role, promise in ROLES.items():
        lines += [f"## {role}", "", (inspect.getdoc(promise) or "").splitlines()[0], ""]
        for name, item in vars(promise).items():
            if inspect.isfunction(item) and not name.startswith("_"):
                prefix = "async " if inspect.iscoroutinefunction(item) else ""
                lines.append(f"- `{prefix}{name}{inspect.signature(item)}`".replace("'", ""))
        for entry in catalogue.of(role):
            cls = host.component_class(role, entry.name)
            lines += ["", f"### {role}.{entry.name}", "", f"{cls.summary.rstrip('.')}.", ""]
            lines += fields_table(cls)
        lines.append("")
    return "\n".join(lines)


def mechanisms_page() -> str:
    """What an ablation can leave out: by component, then the road's own."""
    catalogue = Catalogue.read()
    host = Host(catalogue)
    lines = ["# What an ablation can leave out", "", MADE, "", *MECHANISMS, ""]
    head = ["| without | switched off by |", "| --- | --- |"]
    for role in ROLES:
        for entry in catalogue.of(role):
            known = getattr(host.component_class(role, entry.name), "mechanisms", {})
            off = {
                name: ", ".join(f"{key} = {json.dumps(value)}" for key, value in sets.items())
                for name, sets in known.items()
            }
            if off:
                rows = (f"| {name} | `{said}` |" for name, said in off.items())
                lines += [f"## {role}.{entry.name}", "", *head, *rows, ""]
    lines += ["## Whole roles, and the road itself", "", *head]
    setup = Setup.of({"corpus": ["sample", "failed-esconv:FILE"]}, catalogue)
    for item in mechanisms(setup):
        if item.role in {"corpus", "evolve"} or isinstance(item.sets.get(item.role), str):
            lines.append(f"| {item.name} | {item.note} |")
    return "\n".join([*lines, ""])


MECHANISMS = (
    "A component says in its class attribute `mechanisms` what it can do without; any plug-in may.",
    "`absent = True` marks one that does without its role's work (no retrieval, no verification),",
    'and `failed = True` a corpus of failed dialogues. `design = "leave-one-out"` takes what the',
    "chosen components have switched on: see [run an ablation](../how-to/run-an-ablation.md).",
    "Those of a seeker are left out only where the role or the name is written, as another seeker",
    "is another measure; the safety veto only by name; guards never.",
)


def experiment_page() -> str:
    """Every key of an experiment file."""
    lines = ["# The experiment file", "", MADE, ""]
    lines += ["Every key is optional. `esc-skills config show` prints them all with defaults.", ""]
    docs = field_docs(Experiment)
    lines += [f"- `{name}`: {text}" for name, text in docs.items()]
    tables = attrs.fields_dict(attrs.resolve_types(Experiment))
    run = attrs.fields_dict(attrs.resolve_types(tables["run"].type))
    tables |= {f"run.{name}": run[name] for name in ("budget", "limits")}
    for section in ("evolve", "talk", "run", "run.budget", "run.limits"):
        lines += ["", f"## [{section}]", "", *fields_table(tables[section].type)]
    lines += [
        "",
        "## [models]",
        "",
        "By model role, such as `default`, `seeker`, `judge`: a table with `use` (the backend) and",
        "its settings, `model` (the provider's name), `sampling` (a table, such as",
        "`{ temperature = 0.7 }`) and `price` (`{ input = …, output = … }`, US dollars for a",
        "million tokens).",
    ]
    return "\n".join([*lines, ""])


def errors_page() -> str:
    """Every error with its code and exit code."""
    lines = ["# Errors and exit codes", "", MADE, ""]
    lines += [
        "A line has the form `error[CODE] where: what (hint)`. `--debug` shows tracebacks.",
        "",
    ]
    lines += ["| code | exit | class | who can mend it |", "| --- | --- | --- | --- |"]
    for item in vars(errors).values():
        if inspect.isclass(item) and issubclass(item, errors.EscSkillsError):
            first = (inspect.getdoc(item) or "").splitlines()[0]
            lines.append(f"| `{item.code}` | {item.exit_code} | `{item.__name__}` | {first} |")
    lines += ["", "Every command ends with one of these.", ""]
    lines += ["| exit | meaning |", "| --- | --- |"]
    lines += [f"| {code} | {meaning} |" for code, meaning in errors.EXITS.items()]
    lines += [
        "",
        "The hint in brackets is made where the error is raised and names the very key, file or",
        "command; there is no error without one. A defect of the project itself says",
        "`error[internal]` and ends with 1.",
        "",
    ]
    return "\n".join(lines)


ROW = re.compile(r"^\| ([RIBOPCXYS]\d{1,2}) \|(.*)\| ([^|]*) \|$", re.MULTILINE)
FAULT = re.compile(r"\b([RIBOPCXY]\d\d|S\d{1,2})\b")


def tests_by_fault() -> dict[str, list[str]]:
    """Tests by the ids that their docstrings name, each as it is shown in the fault table."""
    import ast

    root = REFERENCE.parents[1]
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                shown = f"`{path.relative_to(root).as_posix()}` `{node.name}`"
                for one in sorted(set(FAULT.findall(ast.get_docstring(node) or ""))):
                    found.setdefault(one, []).append(shown)
    return found


def faults_page() -> str:
    """The fault table with a test in its last column, or "not yet" where no test names the row.

    Only that column is made: a test that stands there stays as long as it names the row.
    """
    tests = tests_by_fault()

    def renewed(row: re.Match[str]) -> str:
        known = tests.get(row[1], [])
        test = row[3] if row[3] in known else next(iter(known), "not yet")
        return f"| {row[1]} |{row[2]}| {test} |"

    return ROW.sub(renewed, (REFERENCE / "faults.md").read_text("utf-8"))


PAGES = {
    "hooks.md": hooks_page,
    "roles.md": roles_page,
    "mechanisms.md": mechanisms_page,
    "experiment.md": experiment_page,
    "errors.md": errors_page,
    "faults.md": faults_page,
    **{hook_page_name(hook): partial(hook_page, hook) for hook in SPECS},
}


def gone() -> list[str]:
    """Pages of hooks that are no more."""
    found = (path.relative_to(REFERENCE).as_posix() for path in REFERENCE.glob("hooks/*"))
    return sorted(set(found) - set(PAGES))


def main(arguments: list[str]) -> int:
    """Write or check all pages."""
    if "--check" in arguments:
        pages = {REFERENCE / name: page for name, page in PAGES.items()}
        told = {path: path.read_text("utf-8") if path.is_file() else None for path in pages}
        stale = [path.name for path, page in pages.items() if told[path] != page()] + gone()
        if stale:
            sys.stderr.write(f"out of date: {', '.join(stale)}; run make docs\n")
        return 1 if stale else 0
    for name in gone():
        (REFERENCE / name).unlink()
    for name, page in PAGES.items():
        path = REFERENCE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
