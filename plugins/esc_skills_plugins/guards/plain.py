"""One spelling of a text for rules: lower case, long forms, no hidden characters."""

from __future__ import annotations

import re
import unicodedata

_LONG = {
    "i'm": "i am", "i've": "i have", "i'd": "i would", "i'll": "i will", "you're": "you are",
    "you've": "you have", "you'd": "you would", "you'll": "you will", "it's": "it is",
    "it'll": "it will", "that's": "that is", "there's": "there is", "what's": "what is",
    "he's": "he is", "she's": "she is", "he'll": "he will", "she'll": "she will",
    "he'd": "he would", "she'd": "she would", "they're": "they are", "they'll": "they will",
    "they'd": "they would", "they've": "they have", "we're": "we are", "we'll": "we will",
    "we've": "we have", "let's": "let us", "who's": "who is", "can't": "can not",
    "cannot": "can not", "won't": "will not", "don't": "do not", "doesn't": "does not",
    "didn't": "did not", "isn't": "is not", "aren't": "are not", "wasn't": "was not",
    "weren't": "were not", "wouldn't": "would not", "couldn't": "could not",
    "shouldn't": "should not", "haven't": "have not", "hasn't": "has not", "hadn't": "had not",
    "mustn't": "must not", "ain't": "is not",
}  # fmt: skip
_BARE = {
    word.replace("'", ""): long
    for word, long in _LONG.items()
    # Without the mark these are other words: its, well, were, wed, shed, hell …
    if word.replace("'", "")
    not in {"id", "ill", "its", "lets", "well", "were", "hed", "shed", "hell", "shell"}
}
_LOOSE = {
    "wanna": "want to", "gonna": "going to", "gotta": "have to", "u": "you", "ur": "your",
    "anymore": "any more", "k1ll": "kill", "su1cide": "suicide", "suicde": "suicide",
}  # fmt: skip
_WORDS = {**_LOOSE, **_BARE, **_LONG}
_MARKS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_ENDS = re.compile(r"[.!?;:…。！？；：\n\r]+")
_SIGNS = re.compile(r"[^\w'. ]+|_+")


def _visible(text: str) -> str:
    # Zero-width and direction characters would hide a word from every rule.
    if text.isascii():
        return text
    kept = (sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", "".join(kept))


def plain(text: str) -> str:
    """Lower case, long forms, sentence ends as `` . ``, other signs as spaces; never fails."""
    flat = _visible(text).casefold().translate(_MARKS)
    flat = _SIGNS.sub(" ", _ENDS.sub(" . ", flat))
    words = " ".join(_WORDS.get(word, word) for word in flat.split())
    words = words.replace("'", "").replace("my self", "myself").replace("your self", "yourself")
    return " ".join(words.split())
