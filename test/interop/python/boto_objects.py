"""Uploads a folder through boto3, each file in parts, and tells what boto3 gets of the objects below another prefix.

argv: the endpoint, the folder, the prefix to upload to, the prefix to read."""

import hashlib
import json
import os
import sys

import boto3
from boto3.s3.transfer import TransferConfig

ENDPOINT, FOLDER, TO, FROM = sys.argv[1:5]
s3 = boto3.client("s3", endpoint_url=ENDPOINT)

etags = []
for folder, _, names in os.walk(FOLDER):
    for name in names:
        path = os.path.join(folder, name)
        key = f"{TO}/{os.path.relpath(path, FOLDER)}".replace(os.sep, "/")
        s3.upload_file(path, "exports", key, Config=TransferConfig(multipart_threshold=1))
        etags.append(s3.head_object(Bucket="exports", Key=key)["ETag"])

found = {}
for page in s3.get_paginator("list_objects_v2").paginate(Bucket="exports", Prefix=f"{FROM}/"):
    for entry in page.get("Contents", []):
        whole = s3.get_object(Bucket="exports", Key=entry["Key"])["Body"].read()
        answer = {"sha256": hashlib.sha256(whole).hexdigest(), "range": ""}
        if len(whole) > 20:
            piece = s3.get_object(Bucket="exports", Key=entry["Key"], Range="bytes=3-12")["Body"].read()
            answer["range"] = piece.hex()
        found[entry["Key"][len(FROM) + 1 :]] = answer

json.dump({"etags": etags, "found": found}, sys.stdout)
