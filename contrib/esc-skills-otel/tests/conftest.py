"""An OTLP receiver on loopback, and a small experiment that asks a model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Receiver:
    """Takes spans as any OTLP receiver does; parses what it gets."""

    def __init__(self, delay: float = 0.0) -> None:
        self.bodies: list[bytes] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                time.sleep(delay)
                receiver.bodies.append(body)
                told = ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *told: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    @property
    def spans(self) -> list[dict[str, Any]]:
        """Spans as plain data, in the order in which they came."""
        made = []
        for body in self.bodies:
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                service = _plain(resource.resource.attributes)["service.name"]
                for scope in resource.scope_spans:
                    made += [_span(one, service) for one in scope.spans]
        return made


def _span(one: Any, service: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "trace": one.trace_id.hex(),
        "id": one.span_id.hex(),
        "parent": one.parent_span_id.hex(),
        "kind": one.kind,
        "start": one.start_time_unix_nano,
        "end": one.end_time_unix_nano,
        "facts": _plain(one.attributes),
        "events": [(event.name, _plain(event.attributes)) for event in one.events],
        "links": [link.trace_id.hex() for link in one.links],
        "status": one.status.code,
        "service": service,
    }


def _plain(attributes: Any) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind) if kind else None


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def slow() -> Iterator[Receiver]:
    made = Receiver(delay=60.0)
    yield made
    made.server.shutdown()


@pytest.fixture
def experiment(tmp_path: Path) -> dict[str, Any]:
    """Two arms, three talks each; a scripted model writes the replies."""
    reply = {"strategy": "Question", "text": "What of the quokka happened then?", "why": "asks"}
    line = {"match": "You support people", "text": json.dumps(reply)}
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps(line) + "\n")
    model = {
        "use": "scripted",
        "model": "tiny",
        "script": str(script),
        "price": {"input": 1.0, "output": 2.0},
    }
    return {
        "corpus": ["sample"],
        "responder": "plain",
        "profiles": [{"use": "grid", "intentions": ["deep-empathy"], "per_cell": [1, 1, 1]}],
        "evaluators": ["sage"],
        "reports": ["markdown"],
        "models": {"default": model},
        "evolve": {"rounds": 0},
        "talk": {"limit": 2},
        "run": {"repeats": 1, "arms": ["none", "static"]},
    }
