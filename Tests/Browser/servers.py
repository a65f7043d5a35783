"""What the page is tested against: `aisle serve` over the sample catalogue, and a shop's page of another origin."""

from __future__ import annotations

import html
import http.server
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
KEY = "a-key-for-the-tests-of-the-page"

# What a hostile feed would hold, and what the importer lets through: elements that HTML does not know.
FEED = {
    "id": "X-1",
    "title": "zzqhostile <x-evil onclick=alert(1)>x</x-evil> lamp",
    "brand": "<x-brand onclick=alert(2)>",
    "url": "javascript:alert(3)",
    "image_url": "javascript:alert(4)",
    "price": 9.99,
    "currency": "USD",
}
# The importer takes markup that HTML knows out of feeds. Should it ever come through, it comes like this.
HOSTILE = {
    "title": "<script>alert(1)</script><img src=x onerror=alert(3)> zzqhostile &lt;b&gt; lamp",
    "brand": "<b onmouseover=alert(4)>zzqbrand</b>",
    "categories": [["<i>zzqcategory</i>", "</li><script>alert(5)</script>"]],
    "description": "zzqhostile </textarea><svg onload=alert(6)> javascript:alert(7)",
    "currency": "<u>",
    "availability": "<em onclick=alert(12)>",
    "url": "javascript:alert(8)",
    "image_url": "javascript:alert(9)",
    "attributes": {"zzq<script>alert(10)</script>": ['"><img src=x onerror=alert(11)>']},
}


def poison() -> str:
    """A script that puts the hostile texts into every hit on its way to the page, escaped as the server does it."""
    hit = HOSTILE | {
        name: html.escape(HOSTILE[text]) for name, text in [("title_html", "title"), ("snippet_html", "description")]
    }
    return f"""(() => {{
        const ask = window.fetch;
        const facet = {{ values: [{{ value: {json.dumps(HOSTILE["brand"])}, count: 1 }}, {{ value: 'b', count: 1 }}], other_values: 0, missing: 0 }};
        window.fetch = async (...request) => {{
            const got = await ask(...request);
            if (!String(request[0]).includes('search?')) return got;
            const answer = await got.json();
            for (const hit of answer.hits) Object.assign(hit, {json.dumps(hit)});
            if (answer.facets) for (const field of Object.keys(answer.facets)) answer.facets[field] = facet;
            answer.did_you_mean = {json.dumps(HOSTILE["title"])};
            if (answer.rerank) Object.assign(answer.rerank, {{ status: 'failed', reason: {json.dumps(HOSTILE["title"])} }});
            return new Response(JSON.stringify(answer), {{ headers: {{ 'Content-Type': 'application/json' }} }});
        }};
    }})()"""


def program() -> pathlib.Path:
    """The built program, as Scripts/test-page says it."""
    if not os.environ.get("AISLE"):
        raise SystemExit("error: say AISLE=/path/to/aisle, or use Scripts/test-page.")
    return pathlib.Path(os.environ["AISLE"]).resolve()


class Shop:
    """A folder with an index, and environments that keep caches inside it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="aisle-page-"))
        self.program = program()
        self.index = self.folder / "shop.db"
        hostile = self.folder / "hostile.jsonl"
        hostile.write_text(json.dumps(FEED) + "\n")
        self.environment = os.environ | {"XDG_CACHE_HOME": str(self.folder / "cache"), "HOME": str(self.folder)}
        corpus = ROOT / "Corpus"
        self.run(
            "index", corpus / "catalogue.jsonl", hostile, "--into", self.index, "--synonyms", corpus / "synonyms.txt"
        )

    def run(self, *arguments) -> str:
        """Runs the program to its end."""
        done = subprocess.run(
            [self.program, *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=120
        )
        if done.returncode != 0:
            raise SystemExit(f"error: aisle {arguments[0]} failed: {done.stderr}")
        return done.stdout

    def remove(self):
        """Removes the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """A running `aisle serve`."""

    def __init__(self, shop: Shop, *options):
        self.log = open(shop.folder / f"server-{id(self)}.log", "wb")
        command = [shop.program, "serve", "--index", shop.index, "--port", "0", *options]
        self.process = subprocess.Popen(
            list(map(str, command)), env=shop.environment, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        end = time.monotonic() + 60
        self.address = ""
        while not self.address and time.monotonic() < end and self.process.poll() is None:
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                line = self.process.stdout.readline().strip()
                self.address = line if line.startswith("http://") else ""
        if not self.address:
            self.stop()
            raise SystemExit(f"error: aisle serve did not start: {pathlib.Path(self.log.name).read_text()[-2000:]}")

    def stop(self):
        """Ends it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.log.close()


class ShopPage:
    """A page of another origin with the embedded search box in it, under a strict policy of its own."""

    def __init__(self):
        self.html = b""
        self.policy = ""
        page = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = page.html if self.path.split("?")[0] == "/" else b""
                self.send_response(200 if body else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", page.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, server: str, markup: str):
        """The page's body; `server` is where the search box comes from."""
        self.policy = f"default-src 'none'; script-src {server}; connect-src {server}; img-src 'self'"
        self.html = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title>
            <script src="{server}/embed.js" defer></script>{markup}</html>""".encode()

    def stop(self):
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()
