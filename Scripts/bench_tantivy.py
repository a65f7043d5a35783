"""Answers timed searches with tantivy, for `aisle bench retrieve`.

Usage: bench_tantivy.py INDEX-FOLDER DUMP.jsonl
Reads lines `OPERATION<TAB>TOP<TAB>QUERY`, writes the CPU seconds of each search. Needs `pip install tantivy`.
"""

import json
import os
import sys
import time

try:
    import tantivy
except ImportError:
    sys.exit(1)



def open_index(folder, dump):
    builder = tantivy.SchemaBuilder()
    # All texts in one field: a query over several fields takes tantivy several times as long.
    builder.add_text_field("text", stored=False, tokenizer_name="default")
    schema = builder.build()
    if os.path.exists(os.path.join(folder, "complete")):
        return tantivy.Index(schema, path=folder)
    os.makedirs(folder, exist_ok=True)
    index = tantivy.Index(schema, path=folder)
    writer = index.writer(heap_size=512 << 20, num_threads=1)
    with open(dump, encoding="utf-8") as lines:
        for line in lines:
            product = json.loads(line)
            text = " ".join(value for name, value in product.items() if name != "id")
            writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()
    open(os.path.join(folder, "complete"), "w").close()
    return index


def main():
    index = open_index(sys.argv[1], sys.argv[2])
    index.reload()
    searcher = index.searcher()
    print("ready", flush=True)
    for line in sys.stdin:
        operation, top, text = line.rstrip("\n").split("\t")
        words = text.split()
        clauses = " ".join(f"+{word}" for word in words) if operation == "AND" else text
        query = index.parse_query(clauses, ["text"])
        start = time.thread_time()
        searcher.search(query, int(top), count=False)
        print(time.thread_time() - start, flush=True)


main()
