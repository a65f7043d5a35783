"""Teaches schemathesis lines of JSON: one document a line is sent, and the first line of an answer is looked at."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def send(ctx, value):
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/x-ndjson")
def read(ctx, response):
    return json.loads(response.content.split(b"\n")[0])
