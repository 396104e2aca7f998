"""A real browser, looked through from outside: what a page says, asks, opens and runs is kept.

It lives in a thread of its own, because its event loop would get in the way of everybody else's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import attrs

NAMES = ("chromium", "chromium-browser", "google-chrome")
"""Programs that will do, the first one that is there."""
WIDE = 1100
"""Width of a window on a desk."""
PHONE = 390
"""Width of a window in a hand."""

Look = Callable[[Any, "Seen"], Any]


def program() -> str | None:
    """Where the browser is; None on a machine without one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@attrs.define
class Seen:
    """What came of a visit."""

    told: Any = None
    """What the visitor brought back."""
    console: list[str] = attrs.field(factory=list)
    """Errors that the page told, exceptions included."""
    asked: list[str] = attrs.field(factory=list)
    """Addresses asked for, but for the page's own."""
    opened: list[str] = attrs.field(factory=list)
    """Words of dialogs."""
    ran: list[int] = attrs.field(factory=list)
    """Numbers of payloads that called ``__hit``."""

    @property
    def quiet(self) -> bool:
        """Whether the page did nothing but lie there."""
        return not (self.console or self.asked or self.opened or self.ran)

    def numbers(self) -> set[int]:
        """Payloads that ran or asked, by number."""
        asked = (url.rsplit("/", 1)[-1] for url in self.asked if "/probe/" in url)
        words = [word for word in (*asked, *self.opened) if word.isdigit()]
        return {*self.ran, *map(int, words)}


class Visitor:
    """Opens pages in the one browser of a test process."""

    def __init__(self, path: str) -> None:
        """Start it; ``path`` is its program."""
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._pool.submit(self._start, path).result()

    def _start(self, path: str) -> None:
        from playwright.sync_api import sync_playwright

        self._whole = sync_playwright().start()
        self._browser = self._whole.chromium.launch(executable_path=path, args=["--no-sandbox"])

    def _stop(self) -> None:
        self._browser.close()
        self._whole.stop()

    def close(self) -> None:
        """End it."""
        self._pool.submit(self._stop).result()
        self._pool.shutdown()

    def visit(
        self,
        page: Path,
        look: Look,
        *,
        width: int = WIDE,
        height: int = 800,
        dark: bool = False,
        until: str = "load",
    ) -> Seen:
        """Open a file in a window of its own.

        Args:
            page: The file.
            look: What is done there, in the browser's thread, with the window and what was seen
                so far; its answer is kept as ``told``.
            width: Of the window.
            height: Of the window.
            dark: Whether the reader prefers a dark page.
            until: Moment from which on it is looked at.
        """
        window = {"viewport": {"width": width, "height": height}}
        window["color_scheme"] = "dark" if dark else "light"
        return self._pool.submit(self._visit, page, look, window, until).result()

    def _visit(self, path: Path, look: Look, window: Mapping[str, Any], until: str) -> Seen:
        seen = Seen()
        room = self._browser.new_context(**window)
        room.set_default_timeout(20_000)
        own = path.resolve().as_uri()

        def said(message: Any) -> None:
            if message.type == "error":
                seen.console.append(message.text)

        def asked(request: Any) -> None:
            if request.url.partition("#")[0] != own:
                seen.asked.append(request.url)

        def opened(dialog: Any) -> None:
            seen.opened.append(dialog.message)
            dialog.dismiss()

        room.expose_binding("__hit", lambda _, number: seen.ran.append(number))
        try:
            page = room.new_page()
            page.on("console", said)
            page.on("pageerror", lambda fault: seen.console.append(str(fault)))
            page.on("dialog", opened)
            page.on("request", asked)
            page.goto(own, wait_until=until)
            seen.told = look(page, seen)
        finally:
            room.close()
        return seen


class Probe:
    """A server on the loopback that counts who asks."""

    def __init__(self) -> None:
        """Begin to listen."""
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the name that http.server calls
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/probe"

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
