"""A record with one text in every field that somebody else wrote, and texts that attack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from esc_skills.model import (
    Condition,
    Edit,
    ExpectedOutcome,
    Match,
    Part,
    Proposal,
    Risk,
    Score,
    SeekerProfile,
    SkillsBank,
    Trace,
    Verdict,
    plain,
)
from esc_skills.model import SeekerState as State
from esc_skills.model.profile import INTENTIONS, PERSONA_TYPES
from esc_skills.spec import RunRecord
from esc_skills.stats import expectations
from esc_skills.testing.conformance.scenes import trace
from esc_skills.testing.samples import bank, profile, protected_skill, skill

ARMS = ("none", "static", "evolved")

Write = Callable[[str], RunRecord]


def _traces(text: str) -> tuple[Any, ...]:
    made = []
    for arm in ARMS:
        who = profile(persona=text, scene=text, opening=text, scenario=text, lines=(text,))
        talk = trace(who, 3, -2, skills=("listen-first",))
        first, last = talk.exchanges
        assert first.reaction
        exchange = attrs.evolve(
            first,
            seeker=text,
            state=State(scenario=text, label=text, emotion=text, cues=(text,)),
            matches=(Match(skill=text, score=1.0, why=text),),
            reply=attrs.evolve(first.reply, text=text, strategy=text, action=text, why=text),
            reaction=attrs.evolve(first.reaction, thought=text, text=text, change=text),
        )
        unread = attrs.evolve(last, reaction=None)
        made.append(
            attrs.evolve(talk, id=f"{arm}/{text}", arm=arm, exchanges=(exchange, unread), note=text)
        )
    return tuple(made)


def _scores(text: str) -> tuple[Score, ...]:
    part = Part(group=text, value=30.0, n=3, low=20.0, high=40.0)
    sage = Score(
        evaluator="sage",
        name="emotion",
        value=38.5,
        n=3,
        of=4,
        low=20.0,
        high=50.0,
        signature=text,
        breakdown=(part,),
    )
    strange = attrs.evolve(sage, evaluator=text, name=text, value=None, low=None, high=None)
    every = [attrs.evolve(score, arm=arm) for arm in ARMS for score in (sage, strange)]
    return (*every, attrs.evolve(sage, evaluator="paired", arm=text))


def _ledger(text: str) -> tuple[dict[str, Any], ...]:
    edit = Edit(kind="add", skills=(skill(),), reason=text, evidence=(text,))
    proposal = Proposal(bank="b", edits=(edit,), refiner=text, round=1)
    verdict = Verdict(decision="reject", gate=text, vetoes=(text,), reason=text, effect=1.5)
    shown = plain(proposal)
    shown["edits"] += [{**shown["edits"][0], "kind": "retire", "targets": [text]}]
    row = {"event": "verdict", "round": 1, "proposal": shown, "verdict": plain(verdict)}
    cause = {"cause": text, "kind": "missing-skill", "n": 3, "lapses": 1, "profiles": [text]}
    cause |= {"skills": [text], "trace": text, "exchange": 2}
    report = {"notes": [text], "causes": [cause]}
    return ({"event": "failures", "round": 1, "report": report}, row)


def _hostile(text: str) -> RunRecord:
    written = skill(
        overview=text,
        guidance=(text,),
        risks=(Risk(trigger=text, instead=text), Risk(trigger=text, when=Condition())),
        expected=ExpectedOutcome(changes=(text,)),
        pitfalls=(text,),
        examples=(text,),
        actions=(text,),
        applies=(Condition(words=text),),
        evidence=(text,),
    )
    known = bank(written, protected_skill(), licences=(text,), notes=(text,))
    return RunRecord(
        name=text,
        experiment={"corpus": text},
        plugins=({"role": text, "name": text, "distribution": text, "version": text},),
        findings=((text, text, 3),),
        units=7,
        banks=(bank(), known),
        traces=_traces(text),
        scores=_scores(text),
        ledger=_ledger(text),
        expectations=expectations(_traces(text), known),
    )


@pytest.fixture
def write() -> Write:
    """Make a record in which every free text is the given one."""
    return _hostile


def held(who: SeekerProfile, arm: str, bank_: SkillsBank | None, *deltas: int) -> Trace:
    """A conversation of an arm with a bank, under the id that a run gives it."""
    made = trace(who, *deltas, skills=("listen-first",))
    behaviour = bank_.behaviour if bank_ else ""
    name = f"{arm}/{who.id}/0"
    return attrs.evolve(made, id=name, arm=arm, bank=behaviour, signature="s")


@pytest.fixture(scope="session")
def linked() -> RunRecord:
    """A run with an accepted edit, the turns that failed before it, and the pairs that tried it."""
    old, new = bank(skill()), bank(skill(), skill("stay-close"))
    failing = held(profile("f1", purpose="refine"), f"trial-{old.behaviour[:12]}", old, 2, -5)
    tried = profile("v1", purpose="verify")
    sides = [
        held(tried, f"bank-{one.behaviour[:12]}", one, gain) for one, gain in ((old, 1), (new, 9))
    ]
    edit = Edit(kind="add", skills=(skill("stay-close"),), reason="r.", evidence=(failing.id,))
    proposal = Proposal(bank=old.hash, edits=(edit,), round=1)
    verdict = Verdict(decision="accept", gate="paired", pairs=1, effect=8.0, low=1.0, high=15.0)
    failure = {"kind": "missing-skill", "trace": failing.id, "exchange": 1, "skills": []}
    failure |= {"why": "change -5", "cause": "sad/advise", "lapse": False}
    pair = {"profile": "v1", "repeat": 0, "current": 41, "candidate": 49, "group": "a/b"}
    asked = {"proposal_id": proposal.id, "proposal": plain(proposal), "verdict": plain(verdict)}
    return RunRecord(
        name="linked",
        experiment={},
        banks=(old, new),
        traces=tuple(held(profile("p1"), arm, new, 3, 4) for arm in ARMS),
        cases=(failing, *sides),
        ledger=(
            {"event": "failures", "round": 1, "report": {"failures": [failure]}},
            {"event": "verdict", "round": 1, "pairs": [pair], **asked},
            {"event": "commit", "patch": proposal.id, "bank": new.hash},
        ),
        state="done",
    )


@pytest.fixture(scope="session")
def many() -> RunRecord:
    """Ten thousand conversations, quickly made: they share what they say."""
    kinds = [(kind, wish) for kind in PERSONA_TYPES for wish in INTENTIONS]
    seekers = [
        profile(f"seeker-{n}", persona_type=kinds[n % 24][0], intention=kinds[n % 24][1])
        for n in range(3334)
    ]
    talked = trace(seekers[0], 5, -5, skills=("listen-first",))
    every = [
        attrs.evolve(talked, id=f"{arm}/{who.id}/0", arm=arm, profile=who)
        for who in seekers
        for arm in ARMS
    ]
    return RunRecord(name="many", experiment={}, banks=(bank(),), traces=tuple(every[:10_000]))


PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    '<iframe srcdoc="<script>alert(1)</script>">',
    "<object data=data:text/html,<script>alert(1)</script>>",
    "<embed src=//x.example>",
    "<a href=javascript:alert(1)>x</a>",
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "<a href=//x.example ping=//x.example>x</a>",
    "<form action=//x.example><input name=a><button>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<link rel=stylesheet href=//x.example/a.css>",
    "<style>@import '//x.example/a.css';</style>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<base href=//x.example/>",
    "<meta http-equiv=refresh content='0;url=//x.example'>",
    "<meta http-equiv=Content-Security-Policy content=''>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!-- --><script>alert(1)</script><!-- -->",
    "--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!doctype html><html><head>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    '" style="background:url(//x.example)',
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&amp;lt;b&amp;gt;",
    "{{ 7 * 7 }}",
    "{{ self.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "{# nothing #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "\u2028<script>alert(1)</script>\u2029",
    "\u202e<tpircs>\u202c",
    "<scrip\u0442>alert(1)</scrip\u0442>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\x1b]0;owned\x07<b>",
    "<b\r\n\tonclick=alert(1)>x",
    "|a|b|\n|---|---|\n|<b>|c|",
    "[x](javascript:alert(1)) ![x](//x.example/a.png)",
    "# h\n* l\n> q\n```\ncode\n```\n<div>",
    '=HYPERLINK("//x.example")',
    "\\textbf{x} $x$ % & _ ^ ~",
)


@pytest.fixture(params=PAYLOADS, ids=range(len(PAYLOADS)))
def payload(request: pytest.FixtureRequest) -> str:
    """A text that has broken out of some page."""
    return str(request.param)
