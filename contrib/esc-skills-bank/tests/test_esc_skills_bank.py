"""The loader: reads what was exported, refuses the rest, finds what fits, and says it."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import agreement
import esc_skills_bank
import pytest
from esc_skills_bank import BankError, as_system_message, load

import esc_skills

FILE = Path(esc_skills_bank.__file__)
FORMS = ("folder", "zip", "json")
DANGER = "Sometimes I think of hurting myself."


@pytest.fixture
def bank(exported):
    return load(exported["folder"], unreviewed=True)


@pytest.fixture
def copied(exported, tmp_path):
    """A folder to spoil."""
    return Path(shutil.copytree(exported["folder"], tmp_path / "bank"))


def index(home, **changes):
    """Change ``bank.json``."""
    told = json.loads((home / "bank.json").read_text("utf-8"))
    (home / "bank.json").write_text(json.dumps(told | changes), "utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_as_the_package_reads_it(exported, form) -> None:
    """Words, conditions, risks and life of every skill are those that the package itself reads."""
    ours = load(exported[form], unreviewed=True)
    theirs = esc_skills.load_bank(exported["folder"])
    for mine, skill in zip(ours.skills, theirs.skills, strict=True):
        assert (mine.name, mine.overview, mine.guidance) == (
            skill.name,
            skill.overview,
            skill.guidance,
        )
        assert (mine.pitfalls, mine.examples) == (skill.pitfalls, skill.examples)
        assert (mine.life, mine.protected) == (skill.life, skill.protected)
        assert list(mine.risks) == [(risk.trigger, risk.instead) for risk in skill.risks]
        for tests, known in ((mine.applies, skill.applies), (mine.not_when, skill.not_when)):
            assert [tuple(test) for test in tests] == [
                (one.words, one.states, one.scenarios) for one in known
            ]
    assert (ours.notes, ours.licences) == (theirs.notes, theirs.licences)
    assert ours.card.startswith("# Bank card")


def test_forms_answer_alike(exported) -> None:
    """Folder, archive and JSON of one bank give the same offers."""
    banks = [load(exported[form], unreviewed=True) for form in FORMS]
    for said in agreement.LINES[:8]:
        first, *rest = [one.retrieve(said) for one in banks]
        assert all(found == first for found in rest)


def test_it_needs_nothing_but_itself(exported, tmp_path) -> None:
    """One file, an empty environment: no project, no site packages, nothing but the library."""
    shutil.copy(FILE, tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import esc_skills_bank as b\n"
        f"bank = b.load({str(exported['zip'])!r}, unreviewed=True)\n"
        "said = [{'role': 'user', 'content': 'I am so alone'}]\n"
        "print(b.as_system_message(bank.retrieve(said)))\n"
        "print(sorted(m for m in sys.modules if m.startswith('esc_skills')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert "## " in done.stdout
    assert done.stdout.strip().endswith("['esc_skills_bank']")


def test_it_is_one_short_file_for_old_pythons() -> None:
    """At most 400 lines, in the grammar of Python 3.9, importing only the standard library."""
    text = FILE.read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {
        one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    }
    assert {str(name).partition(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(text.splitlines()) <= 400
    assert "NO GUARD" in text


def test_an_unreviewed_bank_is_taken_knowingly(exported) -> None:
    """S9: the starter was reviewed by no person, so the flag is asked for."""
    with pytest.raises(BankError, match="unreviewed=True"):
        load(exported["folder"])
    assert "unreviewed" in load(exported["folder"], unreviewed=True).notes


def test_a_bank_made_without_guards_is_never_taken(copied) -> None:
    """S4: no flag lets it in."""
    index(copied, notes=["no-guard", "unreviewed"])
    with pytest.raises(BankError, match="guard"):
        load(copied, unreviewed=True)


HOSTILE = {
    "a newer schema": lambda home: index(home, schema=2),
    "no index": lambda home: (home / "bank.json").unlink(),
    "no stamps": lambda home: (home / "bank.json").write_text('{"schema": 1}'),
    "another kind": lambda home: (home / "bank.json").write_text("[1]"),
    "broken JSON": lambda home: (home / "bank.json").write_text("{"),
    "JSON without end": lambda home: (home / "bank.json").write_text("[" * 200_000),
    "a taxonomy of texts": lambda home: index(home, taxonomy={"states": ["lonely"]}),
    "not UTF-8": lambda home: (home / "crisis-first/SKILL.md").write_bytes(b"---\nname: \xff"),
    "a name that is another's": lambda home: (home / "crisis-first").rename(home / "mine"),
    "an anchor": lambda home: spoil(home, "name: crisis-first", "name: &a crisis-first"),
    "a list in YAML": lambda home: spoil(home, "license:", "- a\nlicense:"),
    "a key twice": lambda home: spoil(home, "license:", "name: other\nlicense:"),
    "metadata that is no JSON": lambda home: spoil(home, "risks: '[", "risks: '[["),
    "a risk without structure": lambda home: spoil(home, "## Risks\n", "## Risks\n\n- More.\n"),
    "a hidden character": lambda home: spoil(home, "safety comes first", "safety\u202e comes"),
    "a hidden reference": lambda home: spoil(home, "safety comes first", "safety&#x200b; first"),
    "no guidance": lambda home: spoil(home, "## Guidance", "## Something"),
    "a link": lambda home: linked(home),
}


def spoil(home, old, new):
    """Change the protected skill's file; what is looked for must be there."""
    path = home / "crisis-first" / "SKILL.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def linked(home):
    """Put a link in the place of a file."""
    path = home / "crisis-first" / "SKILL.md"
    path.rename(home.parent / "elsewhere.md")
    path.symlink_to(home.parent / "elsewhere.md")


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_wrong_is_refused_by_name(copied, case) -> None:
    """B05 to B07: every broken or hostile file is a BankError, never a crash, never half a bank."""
    load(copied, unreviewed=True)
    HOSTILE[case](copied)
    with pytest.raises(BankError):
        load(copied, unreviewed=True)


def test_sizes_are_limited(exported, monkeypatch) -> None:
    """Folder, archive and file of more than the limit are refused before they are read."""
    monkeypatch.setattr(esc_skills_bank, "MOST_BYTES", 10_000)
    for form in FORMS:
        with pytest.raises(BankError, match="at most"):
            load(exported[form], unreviewed=True)


def test_an_archive_can_write_nothing(exported, tmp_path) -> None:
    """Names that lead elsewhere are passed over, doubled ones refused; nothing is unpacked."""
    bad = Path(shutil.copy(exported["zip"], tmp_path / "bad.zip"))
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr("../out/SKILL.md", "---\n")
        archive.writestr("run.py", "raise SystemExit")
    before = sorted(tmp_path.rglob("*"))
    assert load(bad, unreviewed=True).skills == load(exported["zip"], unreviewed=True).skills
    assert sorted(tmp_path.rglob("*")) == before
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(bad, "a") as archive:
        archive.writestr("bank.json", "{}")
    with pytest.raises(BankError, match="twice"):
        load(bad, unreviewed=True)


def test_no_such_place(tmp_path) -> None:
    """A path where nothing lies is no bank."""
    with pytest.raises(BankError, match="no bank"):
        load(tmp_path / "nowhere")


def test_only_active_skills_are_offered(bank) -> None:
    """Quarantined and retired skills are in the bank and never in an offer."""
    resting = {skill.name for skill in bank.skills if skill.life != "active"}
    assert resting
    for said in agreement.LINES:
        assert not resting & {found.skill.name for found in bank.retrieve(said, k=99)}


def test_a_skill_without_a_life_is_a_candidate(copied) -> None:
    """What somebody wrote by hand waits until somebody says that it is active."""
    spoil(copied, "  life: active\n", "")
    assert load(copied, unreviewed=True).protected == ()


def test_a_crisis_that_you_notice_brings_the_protected_skills(bank) -> None:
    """Your guard's alarm counts whatever the words say; nothing else is offered beside them."""
    found = bank.retrieve(["I had toast for breakfast."], crisis=True)
    assert [one.skill for one in found] == list(bank.protected)
    assert all(one.skill.protected for one in found)
    assert found


def test_words_of_danger_bring_no_ordinary_skill(bank) -> None:
    """Where the bank's own cues of a crisis are heard, ordinary skills are forbidden."""
    assert [one.skill.protected for one in bank.retrieve([DANGER])] == [True]
    assert not any(one.skill.protected for one in bank.retrieve(["I had toast for breakfast."]))


def test_it_abstains(bank) -> None:
    """Nothing said, nothing of the seeker's, or nothing above the floor: no offer."""
    assert bank.retrieve([]) == []
    assert bank.retrieve([{"role": "assistant", "content": "I feel so alone."}]) == []
    assert bank.retrieve(["I feel so alone."], floor=1e9) == []
    assert bank.retrieve(["I feel so alone."], k=0) == []
    assert as_system_message([]) == ""


def test_messages_of_several_shapes_say_the_same(bank) -> None:
    """Texts, chat messages and messages in parts are one and the same to it."""
    text = "Nobody calls, and I feel so alone."
    shapes = (
        [text],
        [{"role": "system", "content": "Be kind."}, {"role": "user", "content": text}],
        [{"role": "user", "content": [{"type": "text", "text": text}, {"type": "image_url"}]}],
        [{"role": "user", "content": text}, {"role": "assistant", "content": None}],
    )
    found = [bank.retrieve(shape) for shape in shapes]
    assert found[0]
    assert all(one == found[0] for one in found)


def test_what_was_said_before_still_counts(bank) -> None:
    """A short answer does not make it forget how the seeker is."""
    before = bank.retrieve(["It was all my fault, I am so ashamed."])
    after = bank.retrieve(["It was all my fault, I am so ashamed.", "Yes, since then."])
    assert before[0].skill == after[0].skill


def test_the_message_holds_guidance_and_risks(bank) -> None:
    """A model reads how to do it, what to avoid and what can go wrong; not the bookkeeping."""
    skill = next(one for one in bank.skills if one.risks and one.examples)
    text = as_system_message([esc_skills_bank.Found(skill, 1.0, "")])
    for part in (*skill.guidance, *skill.pitfalls, skill.risks[0][0], skill.examples[0]):
        assert part in text
    assert "advice, never orders" in text
    assert "trial-" not in text


def test_it_finds_what_the_package_finds() -> None:
    """The README's figures are at least these, with 40 talks that were written for this."""
    found = {
        name: hits / tries for name, (hits, tries) in agreement.measured(agreement.folder()).items()
    }
    assert found["first skill the same"] >= 0.9
    assert found["any skill shared"] >= 0.9
    assert found["both offer some, or both none"] >= 0.95
