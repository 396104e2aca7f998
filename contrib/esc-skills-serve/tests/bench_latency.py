"""What the server adds to a reply: paired, direct against through, the same scripted upstream.

``python contrib/esc-skills-serve/tests/bench_latency.py [PAIRS]``. The server runs as people run
it, in a process of its own, with the installed bank ``starter``; the upstream answers at once.
The bar: p50 at most 10 ms.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from statistics import median, quantiles
from typing import Any

import aiohttp

from esc_skills.testing.faultserver import FaultServer

BAR_MS = 10.0
WARM = 20
TALK = [
    {"role": "user", "content": "I lost my job last week and I feel so worried."},
    {"role": "assistant", "content": "That sounds hard. What hurts most about it?"},
    {"role": "user", "content": "The money, and that my father will think that I failed again."},
]
REPLY = (
    "It makes sense that the money worries you, and that his opinion weighs so much. "
    "What would you want him to know about these last weeks?"
)


async def once(session: aiohttp.ClientSession, url: str, number: int) -> float:
    """Milliseconds of one answer."""
    talk = [*TALK[:-1], {"role": "user", "content": f"{TALK[-1]['content']} ({number})"}]
    began = time.perf_counter()
    body: dict[str, Any] = {"model": "tiny", "messages": talk}
    async with session.post(f"{url}/chat/completions", json=body) as answer:
        told = json.loads(await answer.read())
    took = (time.perf_counter() - began) * 1e3
    assert told["choices"][0]["message"]["content"] == REPLY, told
    return took


async def pairs(direct: str, through: str, count: int) -> list[tuple[float, float]]:
    """Both ways in turn, each first every second time."""
    found = []
    async with aiohttp.ClientSession() as session:
        for number in range(count + WARM):
            ways = [direct, through] if number % 2 else [through, direct]
            took = {way: await once(session, way, number) for way in ways}
            found.append((took[direct], took[through]))
    return found[WARM:]


def measure(count: int) -> list[tuple[float, float]]:
    """Start upstream and server, and time them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with FaultServer((), lambda received: REPLY) as upstream:
        command = [sys.executable, "-m", "esc_skills_serve", "--port", str(port), "--locale", "GB"]
        process = subprocess.Popen([*command, "--upstream", f"{upstream.url}/v1"])
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            return asyncio.run(pairs(f"{upstream.url}/v1", f"http://127.0.0.1:{port}/v1", count))
        finally:
            process.terminate()
            process.wait(20)


def main() -> None:
    """Measure and print; exit 1 above the bar."""
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
    added = sorted(through - direct for direct, through in found)
    p50, p95 = median(added), quantiles(added, n=20)[-1]
    direct = median(direct for direct, _ in found)
    sys.stdout.write(
        f"{len(added)} pairs: direct p50 {direct:.2f} ms; "
        f"added p50 {p50:.2f} ms, p95 {p95:.2f} ms\n"
    )
    raise SystemExit(p50 > BAR_MS)


if __name__ == "__main__":
    main()
