#!/usr/bin/env bash
# Lets schemathesis ask a running server everything its /openapi.json describes, rightly and wrongly.
#
#   pip install -r Tests/Parity/openapi/requirements.txt
#   Tests/Parity/openapi/run.sh [EXAMPLES]
#
# The rerank endpoints are left out: without a model they answer 501, as they should, and they have tests of their own
# with the real clients. Which checks are left out, and why, says schemathesis.toml.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=Tests/Parity/openapi

examples=${1:-100}
aisle=${AISLE:-.build/debug/aisle}
port=${PORT:-18091}
folder=$(mktemp -d)
server=
cleanup() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder" .schemathesis
}
trap cleanup EXIT
"$aisle" index Corpus/catalogue.jsonl --into "$folder/shop.db" --synonyms Corpus/synonyms.txt >"$folder/index.txt"
printf 'tester search,write,admin schemathesis-key-0123456789\n' >"$folder/keys"
printf '{"weights": "title=9,description=1", "share": 0.5}\n' >"$folder/experiment.json"
"$aisle" serve --index "$folder/shop.db" --port "$port" --keys "$folder/keys" --events "$folder/events.db" \
    --interleave "$folder/experiment.json" >"$folder/address" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
    [ -s "$folder/address" ] && break
    sleep 0.1
done
SCHEMATHESIS_HOOKS=lines schemathesis --config-file Tests/Parity/openapi/schemathesis.toml run "http://127.0.0.1:$port/openapi.json" \
    --url "http://127.0.0.1:$port" \
    --header 'Authorization: Bearer schemathesis-key-0123456789' \
    --exclude-path-regex 'rerank|score' \
    --max-examples "$examples" --seed 20260101
