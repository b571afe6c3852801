"""Runs export jobs through boto3, as a user of AWS would: argv is the service's endpoint and S3's."""

import json
import sys
import time

import boto3
from botocore.exceptions import ClientError, ParamValidationError

ENDPOINT, S3 = sys.argv[1:3]
KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret", "region_name": "us-west-2"}
PREDICTOR = "arn:aws:forecast:us-west-2:123456789012:predictor/bike"

forecast = boto3.client("forecast", endpoint_url=ENDPOINT, **KEYS)
s3 = boto3.client("s3", endpoint_url=S3, **KEYS)


def destination(path):
    return {"S3Config": {"Path": path, "RoleArn": "arn:aws:iam::123456789012:role/forecast"}}


def create(name, **more):
    return forecast.create_predictor_backtest_export_job(
        PredictorBacktestExportJobName=name, PredictorArn=PREDICTOR, Destination=destination(f"s3://exports/{name}"), **more
    )["PredictorBacktestExportJobArn"]


def wait(arn):
    while True:
        job = forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=arn)
        if job["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            return job
        time.sleep(0.05)


def error(call):
    try:
        call()
    except ClientError as problem:
        return [type(problem).__name__, problem.response["Error"]["Message"]]
    except ParamValidationError:
        return ["ParamValidationError", ""]
    return ["none", ""]


first, second = create("csv_job", Tags=[{"Key": "team", "Value": "bike"}]), create("parquet_job", Format="PARQUET")
jobs = [wait(first), wait(second)]
listed = forecast.list_predictor_backtest_export_jobs(MaxResults=1)
more = forecast.list_predictor_backtest_export_jobs(MaxResults=1, NextToken=listed["NextToken"])
metrics = forecast.get_accuracy_metrics(PredictorArn=PREDICTOR)
tags = forecast.list_tags_for_resource(ResourceArn=first)["Tags"]
errors = [
    error(lambda: create("csv_job")),
    error(lambda: create("1bad")),
    error(lambda: create("x" * 64)),
    error(lambda: create("bad_format", Format="csv")),
    error(lambda: forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=PREDICTOR)),
    error(lambda: forecast.list_predictor_backtest_export_jobs(NextToken="nonsense")),
]
keys = sorted(entry["Key"] for entry in s3.list_objects_v2(Bucket="exports")["Contents"])
forecast.tag_resource(ResourceArn=first, Tags=[{"Key": "cost", "Value": "7"}])
forecast.untag_resource(ResourceArn=first, TagKeys=["team"])
tags_after = forecast.list_tags_for_resource(ResourceArn=first)["Tags"]
forecast.stop_resource(ResourceArn=first)
forecast.delete_predictor_backtest_export_job(PredictorBacktestExportJobArn=first)
time.sleep(0.2)
gone = error(lambda: forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=first))

json.dump(
    {
        "jobs": [
            {
                "name": job["PredictorBacktestExportJobName"],
                "status": job["Status"],
                "format": job["Format"],
                "created": job["CreationTime"].timestamp() > 0,
            }
            for job in jobs
        ],
        "pages": [page["PredictorBacktestExportJobs"][0]["PredictorBacktestExportJobName"] for page in (listed, more)],
        "windows": [window["EvaluationType"] for window in metrics["PredictorEvaluationResults"][0]["TestWindows"]],
        "tags": [tags, tags_after],
        "errors": errors,
        "gone": gone,
        "keys": keys,
    },
    sys.stdout,
)
