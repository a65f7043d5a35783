#!/usr/bin/env bash
# Lets schemathesis ask a running server everything its /openapi.json describes, rightly and wrongly.
#
#   pip install -r Tests/Parity/openapi/requirements.txt
#   Tests/Parity/openapi/run.sh [EXAMPLES]
#
# One check is left out: positive_data_acceptance. A schema cannot say that a filter has a grammar, or that a facet
# names a field of the index, so many of its "right" requests are rightly refused.
set -euo pipefail
cd "$(dirname "$0")/../../.."

examples=${1:-100}
aisle=${AISLE:-.build/debug/aisle}
port=${PORT:-18091}
folder=$(mktemp -d)
server=
cleanup() {
    if [ -n "$server" ]; then kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; fi
    rm -rf "$folder"
}
trap cleanup EXIT
"$aisle" index Corpus/catalogue.jsonl --into "$folder/shop.db" --synonyms Corpus/synonyms.txt >"$folder/index.txt"
printf 'tester search,write,admin schemathesis-key-0123456789\n' >"$folder/keys"
"$aisle" serve --index "$folder/shop.db" --port "$port" --keys "$folder/keys" >"$folder/address" 2>"$folder/log" &
server=$!
for _ in $(seq 100); do
    [ -s "$folder/address" ] && break
    sleep 0.1
done
schemathesis run "http://127.0.0.1:$port/openapi.json" \
    --url "http://127.0.0.1:$port" \
    --header 'Authorization: Bearer schemathesis-key-0123456789' \
    --checks all --exclude-checks positive_data_acceptance \
    --max-examples "$examples" --seed 20260101
