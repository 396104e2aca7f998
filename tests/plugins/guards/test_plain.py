"""One spelling of a text for rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esc_skills_plugins.guards.plain import plain


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("I'm tired.", "i am tired ."),
        ("I’m TIRED!!!", "i am tired ."),
        ("im tired", "i am tired"),
        ("dont  wanna", "do not want to"),
        ("kill my self", "kill myself"),
        ("self-harm", "self harm"),
        ("its well, were ill", "its well were ill"),
        ("line\none", "line . one"),
        ("我不想活了。", "我不想活了 ."),
    ],
)
def test_spellings_meet(text, flat):
    """Case, apostrophes, short forms, hyphens and sentence ends are written one way."""
    assert plain(text) == flat


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u2060", "\ufeff"])
def test_hidden_characters_hide_nothing(hidden):
    """B08: zero-width and direction characters inside a word do not hide it."""
    assert plain(f"ki{hidden}ll") == "kill"


def test_full_width_letters_are_letters():
    """Letters of another width are read as the same letters."""
    assert plain("ｄｉｅ") == "die"


@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=200))
def test_never_fails(text):
    """I04: any text has a spelling, lone surrogates and control characters included."""
    flat = plain(text)
    assert flat == " ".join(flat.split())
    assert "'" not in flat


SHORT = """
i'm i've i'd i'll you're you've you'd you'll it's it'll that's there's what's he's she's he'll
she'll he'd she'd they're they'll they'd they've we're we'll we've let's who's can't cannot won't
don't doesn't didn't isn't aren't wasn't weren't wouldn't couldn't shouldn't haven't hasn't hadn't
mustn't ain't
"""
LONG = """
i am i have i would i will you are you have you would you will it is it will that is there is
what is he is she is he will she will he would she would they are they will they would they have
we are we will we have let us who is can not can not will not do not does not did not is not are
not was not were not would not could not should not have not has not had not must not is not
"""
OTHER = ["id", "ill", "its", "lets", "well", "were", "hed", "shed", "hell", "shell"]
"""What is another word, or none, without the mark."""


def test_every_short_form_is_written_out():
    """S19: a cue is found in each spelling: with its mark, with another mark, and without."""
    assert plain(" ".join(SHORT.split())) == " ".join(LONG.split())
    for mark in "’‘ʼ`":
        assert plain(SHORT.replace("'", mark)) == plain(SHORT)
    for word in SHORT.split():
        bare = word.replace("'", "")
        assert plain(bare) == (bare if bare in OTHER else plain(word))
    assert plain(" ".join(OTHER)) == " ".join(OTHER)


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("wanna gonna gotta u ur anymore", "want to going to have to you your any more"),
        ("k1ll su1cide suicde", "kill suicide suicide"),
        ("rock'n roll", "rockn roll"),
        ("hurt your self", "hurt yourself"),
    ],
    ids=["loose", "masked", "mark", "self"],
)
def test_loose_and_masked_spellings_are_read(text, flat):
    """S19, B08: words that people write loosely, or spell around a filter, are read as meant."""
    assert plain(text) == flat
