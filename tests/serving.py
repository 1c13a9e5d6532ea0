"""The app in a process of its own, for tests that need a real server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
START_SECONDS = 90
NUMBER = re.compile(r"^−?\d")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


class Server:
    """The app in a process of its own.

    Parameters
    ----------
    log : Path
        Where its output goes.
    command : sequence of str
        What starts it, after `python -m`; the port is appended.
    path : str
        Where the app is served.
    **environment : str
        Set for it, besides our own environment.
    """

    def __init__(
        self,
        log: Path,
        command: Sequence[str] = ("playground", "--no-browser", "--port"),
        path: str = "",
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}/{path}"
        self.log = log
        with log.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command, str(self.port)],
                cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT, env={**os.environ, **environment},
            )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the server ended: {self.text()}"
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"no server after {START_SECONDS} s: {self.text()}")

    def text(self) -> str:
        """What it has logged, without its greeting."""
        lines = self.log.read_text().splitlines()
        return "\n".join(line for line in lines if not line.startswith("Launching server"))

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)
