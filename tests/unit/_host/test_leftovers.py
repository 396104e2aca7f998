from __future__ import annotations

import subprocess
import sys
import threading

from esc_skills._host import leftovers


def test_threads_that_go_on_are_told_by_name() -> None:
    """P13: those that Python would wait for; a thread that is about to end is given time."""
    stop = threading.Event()
    lasting = threading.Thread(target=stop.wait, name="lasting")
    brief = threading.Timer(0.05, stop.is_set)
    idle = threading.Thread(target=stop.wait, name="idle", daemon=True)
    for one in (lasting, brief, idle):
        one.start()
    found = leftovers.threads()
    stop.set()
    lasting.join()
    assert [line for line in found if "lasting" in line]
    assert not [line for line in found if "idle" in line or brief.name in line]


def test_child_processes_that_go_on_are_told_with_what_they_do() -> None:
    """P13: number and command line; those that have ended are not told."""
    nap = [sys.executable, "-c", "import time; time.sleep(30)"]
    with subprocess.Popen(nap) as child:
        found = leftovers.children()
        child.kill()
    assert [line for line in found if line.startswith(f"process {child.pid} (")]
    assert not [line for line in leftovers.children() if f"process {child.pid} (" in line]


def test_workers_of_the_standard_library_are_told() -> None:
    """P13: processes that Python itself would wait for."""
    program = (
        "import multiprocessing, time, esc_skills._host.leftovers as left\n"
        "if __name__ == '__main__':\n"
        "    child = multiprocessing.get_context('fork').Process(target=time.sleep, args=(30,))\n"
        "    child.start()\n"
        "    print(left.workers(), child.pid)\n"
        "    child.kill()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    pid = done.stdout.split()[-1]
    assert f"process {pid} (ForkProcess-1)" in done.stdout
