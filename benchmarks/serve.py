"""How many requests a service answers, and how soon: wrk on loopback, against ``fsm serve`` on SQLite.

    python -m benchmarks.serve

It takes wrk on the path. The client runs on the same processors as the service.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2

SECONDS = 6
TALKS = 64
CONNECTIONS = 8
EVENTS = f"""
local n = 0
function setup(thread) thread:set("who", math.random(1e9)) end
function request()
  n = n + 1
  local head = {{["content-type"] = "application/json", ["idempotency-key"] = who .. "-" .. n}}
  local body = '{{"event":"send_text","by":"originator"}}'
  return wrk.format("POST", "/v1/conversations/c" .. (n % {TALKS}) .. "/events", head, body)
end
function done(summary, latency, requests)
  print("not 2xx: " .. summary.errors.status)
end
"""
ASKED = {
    "an event, accepted and kept": ("events.lua", "/"),
    "why not": (None, "/v1/conversations/c1/why-not?event=hang_up&by=originator"),
    "a conversation as it stands": (None, "/v1/conversations/c1"),
    "health": (None, "/health"),
}
PAIRING = {
    "originator": {"address": "adele@contoso.com", "mode": "TeamsOnly"},
    "recipient": {"address": "grady@contoso.com", "mode": "SfBOnly"},
}


def main() -> None:
    with tempfile.TemporaryDirectory() as at:
        (Path(at) / "events.lua").write_text(EVENTS)
        command = [sys.executable, "-m", "fsm", "serve", "--port", "0", "--rate", "0", "--database"]
        process = subprocess.Popen([*command, f"sqlite:///{at}/talks.db"], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            prepare(url)
            print("| asked | requests a second | p50 | p99 | CPU, µs a request |\n|---|---:|---:|---:|---:|")
            for what, (script, path) in ASKED.items():
                before = spent(process.pid)
                *said, requests = measured(url + path, Path(at) / script if script else None)
                micros = 1e6 * (spent(process.pid) - before) / int(requests)
                print(f"| {what} | {' | '.join(said)} | {micros:,.0f} |", flush=True)
        finally:
            process.terminate()
            process.wait()


def prepare(url: str) -> None:
    """Open the conversations, each with a chat."""
    with httpx2.Client(base_url=url, timeout=30) as client:
        for n in range(TALKS):
            opening = {"conversation": f"c{n}", "pairing": PAIRING}
            client.post("/v1/conversations", json=opening, headers={"idempotency-key": "o"}).raise_for_status()
            body = {"event": "open_chat", "by": "originator"}
            client.post(
                f"/v1/conversations/c{n}/events", json=body, headers={"idempotency-key": "e"}
            ).raise_for_status()


def spent(pid: int) -> float:
    """Seconds of CPU that a process has spent."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measured(url: str, script: Path | None) -> tuple[str, str, str, str]:
    """Requests a second, the times within which half of them and 99 % were answered, and how many there were."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *(["-s", str(script)] if script else [])]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    assert not re.search(r"not 2xx: [1-9]|Non-2xx", said), said
    found = re.search(r"\n\s+50%\s+(\S+).*\n\s+99%\s+(\S+).*?(\d+) requests in.*Requests/sec:\s+(\S+)", said, re.DOTALL)
    assert found is not None, said
    return f"{float(found[4]):,.0f}", found[1], found[2], found[3]


if __name__ == "__main__":
    main()
