"""Fixtures for pytest: an emulator of Amazon Forecast's export job, and a boto3 client of it.

Needs `backtest-export` in the `node_modules` of the folder in which pytest runs, or of a folder above, and Node 20.19.
"""

import json
import os
import signal
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

import boto3
import pytest

STARTS_WITHIN = 60  # seconds; the first npx after an installation can be slow
ENDS_WITHIN = 10
ANSWERS_WITHIN = 5


class Emulator:
    """A running emulator."""

    def __init__(self, url: str, data: Path) -> None:
        self.url = url
        self.data = data

    def client(self):
        """A client of boto3, whose requests go to the emulator and nowhere else."""
        return boto3.client(
            "forecast",
            endpoint_url=self.url,
            region_name="us-west-2",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )

    def folder(self, path: str) -> Path:
        """Where an export to `s3://bucket/prefix` is written."""
        return self.data / path.removeprefix("s3://")

    def inject(self, **faults) -> None:
        """What is to go wrong, until `reset`: `fail`, `delay`, `statuses`, as docs/job.md says."""
        self._post("/_control", faults)

    def reset(self) -> None:
        """Stops and forgets every job and every fault."""
        self._post("/_control/reset", {})

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/_health", timeout=ANSWERS_WITHIN) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _post(self, path: str, body: dict) -> None:
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
            method="POST",
        )
        urllib.request.urlopen(request, timeout=ANSWERS_WITHIN).close()


def backtest_export(*arguments: str) -> list[str]:
    return ["npx", "--no-install", "backtest-export", *arguments]


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    """One emulator for all tests, with the predictor `bike`, on a port of its own."""
    exports, data = tmp_path_factory.mktemp("exports"), tmp_path_factory.mktemp("buckets")
    generate = backtest_export("generate", str(exports / "bike"))
    subprocess.run(generate, check=True, stdout=subprocess.DEVNULL, timeout=STARTS_WITHIN)
    command = backtest_export("serve", "--predictor", f"bike={exports / 'bike'}", "--data", str(data), "--port", "0")
    with open(data / "emulator.log", "w+") as log:
        # a session of its own, so that what npx starts ends with it
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        try:
            started = Emulator(_url_of(process, log), data)
            _wait_for(started)
            yield started
        finally:
            _end(process)


@pytest.fixture
def forecast(emulator):
    """A client of boto3; no job and no fault of another test is there."""
    emulator.reset()
    return emulator.client()


def _url_of(process: subprocess.Popen, log) -> str:
    """The address in the line that `serve` prints when it listens."""
    watch = threading.Timer(STARTS_WITHIN, _signal, [process, signal.SIGKILL])
    watch.start()
    try:
        for line in process.stdout:
            if "listening at " in line:
                return line.split("listening at ")[1].split()[0]
    finally:
        watch.cancel()
    log.seek(0)
    raise RuntimeError(f"the emulator did not start:\n{log.read()}")


def _wait_for(started: Emulator) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while not started.is_healthy():
        if time.monotonic() > ends:
            raise RuntimeError(f"{started.url}/_health did not answer")
        time.sleep(0.05)


def _end(process: subprocess.Popen) -> None:
    _signal(process, signal.SIGTERM)
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        process.wait(ENDS_WITHIN)
    process.stdout.close()


def _signal(process: subprocess.Popen, number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass
