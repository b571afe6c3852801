"""Executes the state machine in the file argv[1] in moto, named argv[2], with the input argv[3]; answers how it ended.

moto's interpreter knows neither the input type JSONL nor executions of type EXPRESS: these two words are replaced, and
moto_functions.py reads JSON by lines.
"""

import json
import os
import sys
import time

import boto3

DEFINITION, NAME, INPUT = sys.argv[1:]
ENDPOINT = {"endpoint_url": os.environ["AWS_ENDPOINT_URL_S3"], "region_name": os.environ["AWS_REGION"]}
ROLE = "arn:aws:iam::123456789012:role/backtest-export"

with open(DEFINITION) as file:
    definition = file.read()
for word, replaced in [('"JSONL"', '"JSON"'), ('"EXPRESS"', '"STANDARD"')]:
    assert definition.count(word) == 1
    definition = definition.replace(word, replaced)
states = boto3.client("stepfunctions", **ENDPOINT)
machine = states.create_state_machine(name="backtest-export", definition=definition, roleArn=ROLE)["stateMachineArn"]
execution = states.start_execution(stateMachineArn=machine, name=NAME, input=INPUT)["executionArn"]
for _ in range(300):
    time.sleep(0.25)
    ended = states.describe_execution(executionArn=execution)
    if ended["status"] != "RUNNING":
        break
output = json.loads(ended["output"]) if "output" in ended else None
print(json.dumps({"status": ended["status"], "output": output, "error": ended.get("error"), "cause": ended.get("cause")}))
