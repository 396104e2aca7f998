"""Any text as LaTeX that plain pdflatex sets: escaped, spelt out, long words broken."""

from __future__ import annotations

import re
import unicodedata

SPECIAL: dict[str, str] = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"$\mathdollar$",  # the text font's own is a bitmap in plain installations
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "{''}",
    "`": "{`}",
    "'": "{'}",
    "-": "-{}",  # two hyphens stay two
    "–": "--{}",
    "—": "---{}",
    "−": "$-$",
    "‘": "{`}",
    "’": "{'}",
    "“": "{``}",
    "”": "{''}",
    "…": r"\ldots{}",
    "×": r"$\times$",
    "±": r"$\pm$",
    "·": r"$\cdot$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "≠": r"$\ne$",
    "≈": r"$\approx$",
    "∞": r"$\infty$",
    "√": r"$\surd$",
    "→": r"$\rightarrow$",
    "←": r"$\leftarrow$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "°": r"$^{\circ}$",
    "Δ": r"$\Delta$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "δ": r"$\delta$",
    "ε": r"$\epsilon$",
    "κ": r"$\kappa$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "π": r"$\pi$",
    "ρ": r"$\rho$",
    "σ": r"$\sigma$",
    "τ": r"$\tau$",
    "χ": r"$\chi$",
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "§": r"$\mathsection$",
    "†": r"$\dagger$",
    "‡": r"$\ddagger$",
    "©": "(c)",
    "¿": "?`",
    "¡": "!`",
}
"""Signs that LaTeX reads as something else, and those beyond ASCII that its own fonts have."""

ACCENTS: dict[str, str] = {
    "\u0300": r"\`",
    "\u0301": r"\'",
    "\u0302": r"\^",
    "\u0303": r"\~",
    "\u0304": r"\=",
    "\u0306": r"\u",
    "\u0307": r"\.",
    "\u0308": r"\"",
    "\u030a": r"\r",
    "\u030b": r"\H",
    "\u030c": r"\v",
    "\u0327": r"\c",
}
"""Combining marks that plain LaTeX can set on a letter."""

LONGEST, STRIDE = 12, 6
"""Words longer than this may be broken, runs of letters after every so many."""

BREAK = r"\allowbreak{}"
RUN = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)
BREAKS_AFTER = frozenset("_-./\\:=|,;+&@#")


def latex(text: str, longest: int = LONGEST) -> str:
    """Make text inert in LaTeX, on one line, with places where words may be broken.

    Words longer than ``longest`` break after signs, and runs of letters in them where they are
    longer than any column.

    Letters that its standard fonts lack are spelt out as code points, ``[U+4E2D]``, so that
    nothing is lost in silence.
    """
    words = unicodedata.normalize("NFC", text).split()
    return " ".join(_word(word, len(word) > longest) for word in words)


def _word(word: str, long: bool) -> str:
    return "".join(_set(run, long) for run in RUN.findall(word))


def _set(run: str, long: bool) -> str:
    if len(run) > 1:
        return _broken(run) if long and len(run) > LONGEST else run
    made = SPECIAL.get(run) or (run if " " <= run <= "~" else _letter(run))
    return made + BREAK if long and run in BREAKS_AFTER else made


def _broken(run: str) -> str:
    mark = r"\-" if run.isalpha() else BREAK
    return mark.join(run[place : place + STRIDE] for place in range(0, len(run), STRIDE))


def _letter(sign: str) -> str:
    """One sign beyond ASCII: a letter with accents, a form of ASCII, or its code point."""
    base, *marks = tuple(unicodedata.normalize("NFD", sign))
    if marks and base.isascii() and base.isalpha() and all(mark in ACCENTS for mark in marks):
        for mark in marks:
            base = f"{ACCENTS[mark]}{{{base}}}"
        return base
    same = unicodedata.normalize("NFKC", sign)
    if same.isascii() and same.isprintable():
        return latex(same) or BREAK
    return f"{BREAK}[U+{ord(sign):04X}]{BREAK}"
