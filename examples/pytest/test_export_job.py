"""Tests of a program that exports a backtest and reads the files; `export_backtest` stands for it."""

import csv
import time

import pytest

ROLE = "arn:aws:iam::123456789012:role/forecast"
BIKE = "arn:aws:forecast:us-west-2:123456789012:predictor/bike"


def export_backtest(forecast, name: str, path: str) -> None:
    """Creates an export job and waits for it."""
    job = forecast.create_predictor_backtest_export_job(
        PredictorBacktestExportJobName=name,
        PredictorArn=BIKE,
        Destination={"S3Config": {"Path": path, "RoleArn": ROLE}},
    )
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        found = forecast.describe_predictor_backtest_export_job(
            PredictorBacktestExportJobArn=job["PredictorBacktestExportJobArn"]
        )
        if found["Status"] == "ACTIVE":
            return
        if found["Status"].endswith(("FAILED", "STOPPED")):
            raise RuntimeError(found.get("Message", found["Status"]))
        time.sleep(0.05)
    raise TimeoutError(f"{name} is still {found['Status']}")


def test_the_files_are_there(forecast, emulator):
    export_backtest(forecast, "nightly", "s3://bucket/out")
    folder = emulator.folder("s3://bucket/out")
    [part] = folder.glob("forecasted-values/*.csv")
    with open(part, newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["item_id"] for row in rows} == {f"item_{number:04}" for number in range(100)}
    assert (folder / "_SUCCESS").exists()


def test_a_job_that_fails_is_told(forecast, emulator):
    emulator.inject(fail={"job": "nightly", "message": "No space left"})
    with pytest.raises(RuntimeError, match="No space left"):
        export_backtest(forecast, "nightly", "s3://bucket/failed")
    assert list(emulator.folder("s3://bucket/failed").rglob("*.csv")) == []


def test_throttling_is_waited_out(forecast, emulator):
    emulator.inject(fail={"operation": "DescribePredictorBacktestExportJob", "exception": "Throttling", "times": 2})
    export_backtest(forecast, "nightly", "s3://bucket/throttled")


def test_a_slow_job_is_waited_for(forecast, emulator):
    emulator.inject(delay={"pending": 200, "inProgress": 300})
    began = time.monotonic()
    export_backtest(forecast, "nightly", "s3://bucket/slow")
    assert time.monotonic() - began >= 0.5
