"""What AWS's samples ask around an export, in their order, through boto3, and failures injected from Python: argv is the endpoint."""

import json
import sys
import time
import urllib.request
from operator import itemgetter

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
KEYS = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
forecast = boto3.client("forecast", endpoint_url=ENDPOINT, config=Config(retries={"mode": "standard"}), **KEYS)
once = boto3.client("forecast", endpoint_url=ENDPOINT, config=Config(retries={"total_max_attempts": 1}), **KEYS)
GROUP = "arn:aws:forecast:us-east-1:210987654321:dataset-group/rides"
DESTINATION = {"S3Config": {"Path": "s3://bucket/out", "RoleArn": "arn:aws:iam::210987654321:role/forecast"}}


def control(faults=None, path="/_control"):
    body = None if faults is None else json.dumps(faults).encode()
    request = urllib.request.Request(ENDPOINT + path, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def history():
    """The AutoPredictors of the dataset group, the newest first."""
    pages = forecast.get_paginator("list_predictors").paginate(
        Filters=[{"Condition": "IS", "Key": "DatasetGroupArn", "Value": GROUP}], PaginationConfig={"PageSize": 1}
    )
    found = [predictor for page in pages for predictor in page["Predictors"] if predictor["IsAutoPredictor"]]
    return sorted(found, key=itemgetter("CreationTime"), reverse=True)


def wait(describe, seen):
    while True:
        status = describe()["Status"]
        if status not in seen:
            seen.append(status)
        if status in ("ACTIVE", "CREATE_FAILED"):
            return status
        time.sleep(0.02)


def export(arn, name):
    """The state of an export whose ARN the client works out itself; asks for it where there is none."""
    job = arn.replace(":predictor/", ":predictor-backtest-export-job/")[:-27] + "/" + name
    try:
        status = forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=job)["Status"]
    except forecast.exceptions.ResourceNotFoundException:
        forecast.create_predictor_backtest_export_job(
            PredictorArn=arn, PredictorBacktestExportJobName=name, Destination=DESTINATION
        )
        status = "asked"
    return job, status


def already(call):
    """The ARN at the end of the message, as samples take it."""
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceAlreadyExistsException", error
        return error.response["Message"].split(": ")[-1]


assert forecast.describe_dataset_group(DatasetGroupArn=GROUP)["DatasetArns"] == []
forecast.tag_resource(ResourceArn=GROUP, Tags=[{"Key": "latest", "Value": "rides.csv"}])
latest = forecast.list_tags_for_resource(ResourceArn=GROUP)["Tags"]
newest = history()[0]
predictor = newest["PredictorArn"].replace("us-west-2", "us-east-1").replace("123456789012", "210987654321")
auto = forecast.describe_auto_predictor(PredictorArn=predictor)
legacy = forecast.describe_predictor(PredictorArn=predictor)
name = "export_" + newest["CreationTime"].strftime("%Y_%m_%d")

control({"delay": 100})
job, asked = export(predictor, name)
seen = []
wait(lambda: forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=job), seen)
again = export(predictor, name)[1]
forecast.tag_resource(ResourceArn=job, Tags=[{"Key": "owner", "Value": "team"}])
duplicate = already(
    lambda: forecast.create_predictor_backtest_export_job(
        PredictorArn=predictor, PredictorBacktestExportJobName=name, Destination=DESTINATION
    )
)
trained = already(lambda: forecast.create_auto_predictor(PredictorName=auto["PredictorName"]))

control({}, "/_control/reset")
control(
    {
        "fail": [
            {"job": "nightly", "message": "No space left"},
            {"operation": "CreatePredictorBacktestExportJob", "exception": "Throttling", "times": 2},
        ]
    }
)
failing, _ = export(predictor, "nightly")
failed = wait(lambda: forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=failing), [])
message = forecast.describe_predictor_backtest_export_job(PredictorBacktestExportJobArn=failing)["Message"]
left = control()["fail"]
control({"fail": {"operation": "ListPredictorBacktestExportJobs", "exception": "LimitExceeded"}})
try:
    limited = once.list_predictor_backtest_export_jobs()
except once.exceptions.LimitExceededException as error:
    limited = error.response["ResponseMetadata"]["HTTPStatusCode"]
control({}, "/_control/reset")
listed = forecast.list_predictor_backtest_export_jobs()

json.dump(
    {
        "latest": latest,
        "auto": [auto["ForecastHorizon"], auto["ForecastFrequency"], auto["ForecastTypes"], auto["Status"]],
        "windows": legacy["EvaluationParameters"],
        "created": auto["CreationTime"].timestamp(),
        "job": job,
        "statuses": [asked, seen, again],
        "duplicate": duplicate == job,
        "trained": trained,
        "failed": [failed, message, left],
        "limited": limited,
        "listed": listed["PredictorBacktestExportJobs"],
        "id": listed["ResponseMetadata"]["RequestId"],
    },
    sys.stdout,
)
