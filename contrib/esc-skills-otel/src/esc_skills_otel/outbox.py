"""Sending spans beside the run: a bounded queue, a thread, one warning, a bounded end."""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from typing import Any

import attrs
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

LOGGER = logging.getLogger("esc_skills_otel")
TALKATIVE = (
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.exporter.otlp.common.http",
    "urllib3.connectionpool",
)
"""Loggers that tell of every single failure; in our thread one warning says it all."""
BATCH = 256
"""Most spans of one request."""
DELAY = 0.5
"""Seconds in which spans gather before they are sent."""
HASTE = 1.0
"""Most seconds for the end of a run whose receiver was away at last."""


class _Hush(logging.Filter):
    """Keeps back what is said in one thread."""

    def __init__(self, thread: int) -> None:
        super().__init__()
        self._thread = thread

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record may be told."""
        return record.thread != self._thread


@attrs.define(eq=False, slots=False)
class Outbox(SpanProcessor):
    """Sends spans; never blocks the run, never raises, and gives up in time."""

    exporter: SpanExporter
    """Who talks to the receiver."""
    receiver: str = "the receiver"
    """Its address, for the warning."""
    most: int = 4096
    """Spans that may wait; what comes when so many wait is dropped and counted."""
    patience: float = 3.0
    """Most seconds that the end of the run waits for the receiver."""
    lost: int = attrs.field(default=0, init=False)
    """Spans that were dropped."""
    sent: int = attrs.field(default=0, init=False)
    """Spans that the receiver took."""
    _queue: deque[ReadableSpan] = attrs.field(factory=deque, init=False)
    _bell: threading.Condition = attrs.field(factory=threading.Condition, init=False)
    _flying: int = attrs.field(default=0, init=False)
    _closing: bool = attrs.field(default=False, init=False)
    _away: bool = attrs.field(default=False, init=False)
    _warned: bool = attrs.field(default=False, init=False)
    _thread: threading.Thread | None = attrs.field(default=None, init=False)

    def on_end(self, span: ReadableSpan) -> None:
        """Take a finished span."""
        with self._bell:
            if self._closing or len(self._queue) >= self.most:
                self._lose(1, f"more than {self.most} spans wait")
                return
            self._queue.append(span)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="otel", daemon=True)
                self._thread.start()
                atexit.register(self.shutdown)
            if len(self._queue) in {1, BATCH}:
                self._bell.notify_all()

    def shutdown(self) -> None:
        """Send what waits, within ``patience``, and end; the second call does nothing."""
        with self._bell:
            if self._closing:
                return
            self._closing = True
            self._bell.notify_all()
        atexit.unregister(self.shutdown)
        if self._thread is not None:
            self._thread.join(min(self.patience, HASTE) if self._away else self.patience)
        self.exporter.shutdown()  # ends its waits between repeats
        with self._bell:
            if left := len(self._queue) + self._flying:
                self._lose(left, f"the program ended before {self.receiver} had taken them")
                self._queue.clear()
                self._flying = 0

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Spans leave by themselves; says whether none waits."""
        return not self._queue

    def _work(self) -> None:
        hush = _Hush(threading.get_ident())
        for name in TALKATIVE:
            logging.getLogger(name).addFilter(hush)
        try:
            while self._send(self._take()):
                pass
        finally:
            for name in TALKATIVE:
                logging.getLogger(name).removeFilter(hush)

    def _take(self) -> list[ReadableSpan]:
        """The next spans; none when the box is closed and empty."""
        with self._bell:
            while not self._queue and not self._closing:
                self._bell.wait()
            if not self._closing and len(self._queue) < BATCH:
                self._bell.wait(DELAY)
            self._flying = min(BATCH, len(self._queue))
            return [self._queue.popleft() for _ in range(self._flying)]

    def _send(self, spans: list[ReadableSpan]) -> bool:
        if not spans:
            return not self._closing
        fault: Any = "see the receiver's own log"
        try:
            taken = self.exporter.export(spans) is SpanExportResult.SUCCESS
        except Exception as raised:
            taken, fault = False, type(raised).__name__
        with self._bell:
            self._away = not taken
            if taken:
                self.sent += self._flying
            elif self._flying:
                self._lose(self._flying, f"{self.receiver} does not take them: {fault}")
            self._flying = 0
        return True

    def _lose(self, number: int, why: str) -> None:
        self.lost += number
        if not self._warned:
            self._warned = True
            LOGGER.warning("spans are dropped and the run goes on; said once: %s", why)
