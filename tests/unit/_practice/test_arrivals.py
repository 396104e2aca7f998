"""Bringing bundles in: what becomes of each skill, and a hundred bundles that mean harm."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest
from smuggled import GOOD, Hostile, every, placed, single, stranger, text, trust, zipped

from esc_skills._cli.lineage import open_history
from esc_skills._codec.bankfiles import bank_to_files
from esc_skills._engine.banks import chain_faults, faults, load_bank
from esc_skills._engine.hands import acceptance, change
from esc_skills._engine.ledger import by_hand
from esc_skills._practice.arrivals import bring
from esc_skills._practice.founding import Founding
from esc_skills._store.folder import RunFolder
from esc_skills.errors import BankRuleError, DataError, UsageError
from esc_skills.model import Effect, InterventionUnit, Risk, SkillsBank, content_hash

WRITING = {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.truncate"}
RUNNING = {"os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess.Popen"}
RUNNING |= {"pickle.find_class", "marshal.loads", "shutil.unpack_archive"}
watched: list[tuple[str, str]] | None = None


def watch(event: str, facts: tuple[object, ...]) -> None:
    if watched is None:
        return
    writes = event == "open" and isinstance(facts[2], int) and facts[2] & 3
    if (writes or event in WRITING | RUNNING) and isinstance(facts[0], str | Path):
        watched.append((event, str(facts[0])))


@contextmanager
def eyes() -> Iterator[list[tuple[str, str]]]:
    """Everything that the interpreter writes, makes or starts meanwhile."""
    global watched
    watched = []
    try:
        yield watched
    finally:
        watched = None


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that holds the guards' skills alone."""
    path = tmp_path_factory.mktemp("base") / "run"
    Founding.begin().settle(path)
    return path


@pytest.fixture
def run(base: Path, tmp_path: Path) -> Path:
    shutil.copytree(base, tmp_path / "run")
    return tmp_path / "run"


def made(make: object, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return make(folder)  # type: ignore[operator]


def test_hostile_bundles_write_run_and_wake_nothing(base: Path, tmp_path: Path) -> None:
    """S17, B01 to B13, B17: each is refused in one line or rests; nothing else happens."""
    sys.addaudithook(watch)
    hostile = every()
    assert len(hostile) >= 100
    assert len({one.id for one in hostile}) == len(hostile)
    wrong: list[str] = []
    for one in hostile:
        bundle = made(one.make, tmp_path / "in" / one.id)
        before = sorted(str(path) for path in bundle.parent.rglob("*"))
        run = tmp_path / "runs" / one.id
        if one.outcome == "quarantined":
            shutil.copytree(base, run)
        with eyes() as seen:
            outcome = _outcome(one, bundle, run if run.exists() else base)
        wrong += [f"{one.id}: {outcome}"] if outcome != one.outcome else []
        inside = str(run)
        wrong += [f"{one.id}: {what}" for what in seen if what[0] in RUNNING]
        strayed = (what for what in seen if not f"{what[1]}/".startswith(f"{inside}/"))
        # The folders above a run are asked for, in case they are not there yet.
        wrong += [
            f"{one.id}: {what}"
            for what in strayed
            if what[0] != "os.mkdir" or not inside.startswith(what[1])
        ]
        after = sorted(str(path) for path in bundle.parent.rglob("*"))
        wrong += [f"{one.id}: left {set(after) - set(before)}"] if after != before else []
    assert not wrong, "\n".join(wrong)
    assert not list(tmp_path.rglob("*escaped*"))


def _outcome(one: Hostile, bundle: Path, run: Path) -> str:
    """How it ended; ``refused`` only for one line that ends with 2."""
    try:
        done = bring(bundle, run)
    except DataError as fault:
        sound = fault.exit_code == 2 and "\n" not in fault.line and fault.line.isprintable()
        return "refused" if sound else f"an odd line: {fault.line!r}"
    states = [arrival.state for arrival in done.arrivals]
    kinds = {find.kind for arrival in done.arrivals for find in arrival.finds}
    if one.find and one.find not in kinds:
        return f"not found: {one.find}, but {sorted(kinds)}"
    if [skill.name for skill in done.bank.active] != ["crisis-first"] or done.bank.reviews:
        return "something woke"
    taken = [arrival.skill for arrival in done.arrivals]
    if not all(skill and (skill.life, skill.effects) == ("quarantined", ()) for skill in taken):
        return "a claim was believed"
    return "quarantined" if states == ["quarantined"] else str(states)


def test_a_trusting_reader_is_harmed_by_them(tmp_path: Path) -> None:
    """Control: unpacking, running and using what is given trips on every one that is marked."""
    marked = [one for one in every() if one.trips]
    assert {one.trips for one in marked} == {"outside", "runs", "wakes"}
    unharmed = []
    for number, one in enumerate(marked):
        where = tmp_path / str(number) / "deep"
        desk = where / "desk" / "a" / "b"
        woken = trust(made(one.make, where / "in"), desk)
        outside = [path for path in where.rglob("*escaped*") if not path.is_relative_to(desk)]
        harm = {"outside": outside, "runs": (where / "in" / "MARK").exists(), "wakes": woken}
        unharmed += [] if harm[one.trips] else [one.id]
    assert not unharmed
    assert len(marked) > 50


def test_a_skill_rests_with_its_source_and_licence(run: Path, tmp_path: Path) -> None:
    """S15, S17, S10: quarantined, its licence inherited, its source the bundle; the run is good."""
    data = stranger("# Kind\n\nBe kind.\n\n- Wait.\n- Ask.", matter="license: CC-BY-NC-4.0\n")
    done = bring(made(single(data), tmp_path / "in"), run, by="Mira")
    skill = done.bank.skill("kind-words")
    assert skill is not None
    assert skill.guidance == ("# Kind\nBe kind.", "- Wait.\n- Ask.")
    assert (skill.life, skill.evidence) == ("quarantined", (done.actor,))
    assert done.actor.startswith("import:skill-md")
    assert done.bank.licences == ("CC-BY-NC-4.0",)
    assert done.bank.notes == ("imported",)
    assert load_bank(run) == done.bank
    assert (faults(done.bank), chain_faults(run)) == ([], [])


def test_an_import_never_changes_what_is_there(run: Path, tmp_path: Path) -> None:
    """B14, S7: a softer risk under the same name stands beside; the same words come in once."""
    risky = attrs.evolve(GOOD, risks=(Risk(trigger="It hurts.", severity="high"),))
    soft = attrs.evolve(GOOD, risks=(Risk(trigger="It rarely hurts.", severity="low"),))
    first = bring(made(single(text(risky)), tmp_path / "1"), run).bank
    second = bring(made(single(text(soft)), tmp_path / "2"), run)
    assert (
        second.arrivals[0].note
        == "another wait-a-little stands in the bank, so it is wait-a-little-2"
    )
    assert second.bank.skill("wait-a-little") == first.skill("wait-a-little")
    again = [bring(made(single(text(one)), tmp_path / "3"), run) for one in (risky, soft)]
    assert [one.arrivals[0].state for one in again] == ["skipped", "skipped"]
    assert again[-1].bank == second.bank


def test_a_bank_of_ours_is_merged(run: Path, tmp_path: Path) -> None:
    """S9, S15: `bank:HASH`; effects and yeses stay behind, licences and dialogues come along."""
    effect = Effect(group="all", value=1.0, n=9, low=0.5, high=1.5)
    guard = load_bank(run).skill("crisis-first")
    assert guard is not None
    bank = SkillsBank(
        skills=(guard, attrs.evolve(GOOD, effects=(effect,), actions=("juggle", "validate"))),
        licences=("CC-BY-4.0",),
        sources=("f" * 64,),
    )
    done = bring(made(zipped(*bank_to_files(bank).items()), tmp_path / "in"), run)
    assert [(one.name, one.state) for one in done.arrivals] == [
        ("crisis-first", "skipped"),
        ("wait-a-little", "quarantined"),
    ]
    assert (
        done.arrivals[1].note
        == "effects measured elsewhere are left out: 1; actions unknown here: 1"
    )
    skill = done.bank.skill("wait-a-little")
    assert skill is not None
    assert (skill.evidence, skill.actions, skill.effects) == (
        (f"bank:{bank.hash[:12]}",),
        ("validate",),
        (),
    )
    assert (done.bank.licences, done.bank.sources) == (bank.licences, bank.sources)
    assert done.bank.skill("crisis-first") == guard


def test_the_good_is_taken_where_the_rest_is_refused(run: Path, tmp_path: Path) -> None:
    """B13, S13: a skill that poses as protected, or holds a mail address, stays out by itself."""
    bundle = placed(
        ("a/SKILL.md", text()),
        ("b/SKILL.md", text(name="crisis-first")),
        ("c/SKILL.md", stranger("Write to a.b@example.org.", "c")),
    )
    done = bring(made(bundle, tmp_path / "in"), run)
    assert [one.state for one in done.arrivals] == ["quarantined", "refused", "refused"]
    assert [one.note[:3] for one in done.arrivals] == ["", "S5:", "S13"]


def test_a_bank_without_guards_is_not_laundered(run: Path, tmp_path: Path) -> None:
    """S4: what was made where no guard looked on does not come in, either."""
    bare = SkillsBank(skills=(GOOD,), notes=("no-guard",))
    with pytest.raises(BankRuleError) as refused:
        bring(made(zipped(*bank_to_files(bare).items()), tmp_path / "in"), run)
    assert refused.value.where == "S4"
    assert len(list((run / "banks").iterdir())) == 1


def test_many_skills_come_in_by_several_commits(run: Path, tmp_path: Path) -> None:
    """More skills than one patch may hold are no reason to refuse them."""
    files = [(f"k{n}/SKILL.md", stranger("Be kind.", f"k{n}")) for n in range(70)]
    done = bring(made(zipped(*files), tmp_path / "in"), run)
    assert len(done.bank.skills) == 71
    assert len(list((run / "banks").iterdir())) == 3
    assert chain_faults(run) == []


def test_a_yes_ends_with_the_words_it_was_for(run: Path, tmp_path: Path) -> None:
    """B15, B16: a yes to an import is for its content; it cannot be given to other words."""
    bring(made(single(text()), tmp_path / "in"), run)
    skill = load_bank(run).skill("wait-a-little")
    assert skill is not None
    bank = change(run, acceptance("Mira", [content_hash(skill)])).bank
    assert [review.skill for review in bank.reviews] == ["wait-a-little"]
    softer = content_hash(attrs.evolve(skill, overview="Waiting helps!"))
    with pytest.raises(UsageError, match="no skill has the content"):
        change(run, acceptance("Mira", [softer]))


def test_a_run_that_is_not_there_is_made(tmp_path: Path) -> None:
    """Only when something can be taken; its bank 0 holds the guards' skills alone."""
    run = tmp_path / "new"
    with pytest.raises(DataError, match="no skill of 1 can be taken"):
        bring(made(single(text(protected=True)), tmp_path / "bad"), run)
    assert not run.exists()
    done = bring(made(single(text()), tmp_path / "in"), run)
    assert [skill.name for skill in done.bank.skills] == ["crisis-first", "wait-a-little"]
    assert (faults(load_bank(run)), chain_faults(run)) == ([], [])


def test_a_run_of_dialogues_takes_a_bundle_in(small_run: Path, tmp_path: Path) -> None:
    """S14, B20: a sentence of its dialogues stays out; what comes in breaks no chain of banks."""
    run = tmp_path / "run"
    shutil.copytree(small_run, run)
    units = RunFolder.open(run).read_nouns("units.jsonl", InterventionUnit)
    said = max((unit.context for unit in units), key=lambda words: len(words.split()))
    copied = made(single(stranger(" ".join(said.split()))), tmp_path / "1")
    with pytest.raises(BankRuleError) as refused:
        bring(copied, run)
    assert refused.value.where == "S14"
    before = load_bank(run)
    done = bring(made(single(stranger("Be kind.")), tmp_path / "2"), run, by="Mira")
    assert (done.bank.parent, done.bank.sources) == (before.hash, before.sources)
    assert list(open_history(run).breaks()) == []
    row = RunFolder.open(run).read_rows("ledger.jsonl")[-1]
    assert (row["actor"], row["reason"]) == (
        "import:skill-md-" + row["actor"][16:],
        "brought in by Mira",
    )
    assert by_hand(row)
