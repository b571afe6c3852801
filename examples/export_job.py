"""Exports the backtests of the predictor `bike` through boto3, and reads them with pandas. Before:

npx backtest-export generate exports/bike
npx backtest-export serve --predictor bike=exports/bike
"""

import sys
import time
from pathlib import Path

import boto3
import pandas as pd

forecast = boto3.client(
    "forecast",
    endpoint_url=sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8787",
    region_name="us-west-2",
    aws_access_key_id="any",
    aws_secret_access_key="any",
)
job = forecast.create_predictor_backtest_export_job(
    PredictorBacktestExportJobName="from_boto3",
    PredictorArn="arn:aws:forecast:us-west-2:123456789012:predictor/bike",
    Destination={"S3Config": {"Path": "s3://bucket/from-boto3", "RoleArn": "arn:aws:iam::123456789012:role/forecast"}},
)["PredictorBacktestExportJobArn"]

status = "CREATE_PENDING"
while status in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
    time.sleep(0.2)
    status = forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=job)["Status"]
print(status)

# where serve writes s3://bucket/from-boto3
parts = sorted(Path("forecast-data/bucket/from-boto3/forecasted-values").glob("*.csv"))
rows = pd.concat(pd.read_csv(part, dtype={"item_id": str}) for part in parts)
print(len(rows), rows["item_id"].nunique())
