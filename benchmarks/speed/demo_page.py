"""How fast the page is: its start, a click, twenty people at once.

    python -m benchmarks.speed.demo_page [--json]

A click is a call of `crop`, whose own work is a copy of some pixels, until its reply is there.
Figures of one run on one machine; a busy machine shows in all of them.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np

PEOPLE = 20
TURNS = 6
BOX = {"image": "img_1", "x": 10, "y": 10, "width": 200, "height": 200}


def start() -> tuple[subprocess.Popen[str], str, float]:
    """The page as a program, its address, and the seconds until its first reply."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "searchvl_gym", "demo", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    found = re.search(r"http://\S+", process.stderr.readline())
    assert found is not None
    httpx.get(found[0], timeout=60)
    return process, found[0], time.perf_counter() - began


def play(address: str, number: int) -> list[float]:
    """Seconds of each click of one person: crops, whose own work is a copy, and the pictures."""
    clicks = []
    with httpx.Client(base_url=address, timeout=120) as client:
        asked = {"suite": "atlas-mini", "number": number}
        state = client.post("api/sessions", json=asked).json()
        for turn in range(TURNS):
            body = {"name": "crop", "arguments": BOX, "since": turn}
            began = time.perf_counter()
            reply = client.post(f"api/sessions/{state['id']}/call", json=body).json()
            clicks.append(time.perf_counter() - began)
            client.get(reply["pictures"][-1]["url"] + "&side=1400")
    return clicks


def measure() -> dict[str, Any]:
    """All figures, in seconds."""
    process, address, ready = start()
    try:
        play(address, 0)  # opens the suite
        alone = play(address, 1)
        with ThreadPoolExecutor(PEOPLE) as pool:
            together = [
                each
                for clicks in pool.map(lambda n: play(address, n), range(PEOPLE))
                for each in clicks
            ]
    finally:
        process.terminate()
        process.wait()
    return {
        "start": round(ready, 2),
        "click_median": round(float(np.median(alone)), 4),
        "click_longest": round(max(alone), 4),
        "people": PEOPLE,
        "click_median_of_all": round(float(np.median(together)), 4),
        "click_95_of_all": round(float(np.quantile(together, 0.95)), 4),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    figures = measure()
    if options.json:
        print(json.dumps(figures))
        return
    alone, all_of_them = figures["click_median"], figures["click_median_of_all"]
    longest, late = figures["click_longest"], figures["click_95_of_all"]
    print(f"first reply after      {figures['start']:.2f} s")
    print(f"a click, one person    {alone * 1000:.0f} ms, longest {longest * 1000:.0f} ms")
    print(f"a click, {PEOPLE} people     {all_of_them * 1000:.0f} ms, 95 %: {late * 1000:.0f} ms")


if __name__ == "__main__":
    main()
