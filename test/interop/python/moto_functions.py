"""moto's server on port argv[1], which executes state machines, and whose Lambda functions are those of the folder argv[4]:
instead of a container, argv[2] (Node) runs argv[3] (the runtime of these tests). A function's name ends with its handler's.

The interpreter is LocalStack's, not that of AWS. It reads no JSONL: where it reads JSON, it reads lines of it here.
"""

import json
import os
import subprocess
import sys
from importlib import import_module
from types import SimpleNamespace

from moto.awslambda.models import LambdaBackend
from moto.core.config import default_user_config
from moto.server import main

PORT, NODE, RUNTIME, FOLDER = sys.argv[1:]
REMAINING = "60000"
# What Lambda sets, and where S3 is.
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-west-2",
    "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{PORT}",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
}


def invoke(self, function_name, qualifier, body, headers, response_headers):
    handler = function_name.rsplit("-", 1)[1]
    command = [NODE, RUNTIME, FOLDER, body, REMAINING, handler]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=True, text=True, timeout=60)
    outcome = json.loads(done.stdout)
    print(json.dumps({"function": function_name, **outcome}), file=sys.stderr, flush=True)
    if "error" in outcome:
        response_headers["x-amz-function-error"] = "Unhandled"
        error = outcome["error"]
        return json.dumps({"errorType": error["name"], "errorMessage": error["message"]}).encode()
    return json.dumps(outcome["answer"]).encode()


READER = "moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_output_transformer"
import_module(f"{READER}.transformer_json").json = SimpleNamespace(
    loads=lambda text: [json.loads(line) for line in text.splitlines()]
)
LambdaBackend.invoke = invoke
default_user_config["stepfunctions"]["execute_state_machine"] = True
default_user_config["batch"]["use_docker"] = False
os.environ["MOTO_PORT"] = PORT
main(["-H", "127.0.0.1", "-p", PORT])
