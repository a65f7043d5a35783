"""What all tests of the page share: one browser, one index, a server with a model, and what no page may ever do."""

from __future__ import annotations

import pathlib
import unittest
import urllib.parse

import devtools
import random_model
import servers


class Stage:
    """Started with the first test, ended after the last."""

    shop: servers.Shop | None = None
    browser: devtools.Browser | None = None
    server: servers.Server | None = None
    reports: pathlib.Path | None = None

    @classmethod
    def set(cls):
        """Starts everything once."""
        if cls.browser:
            return
        if cls.shop:
            raise RuntimeError("the server or the browser did not start for an earlier test")
        # Before anything is started: without a browser there is nothing to do.
        devtools.find_browser()
        cls.shop = servers.Shop()
        cls.model = random_model.write(cls.shop.folder / "model")
        cls.reports = cls.shop.folder / "reports"
        cls.reports.mkdir()
        cls.server = servers.Server(cls.shop, "--model", cls.model, "--no-cache", "--reports", cls.reports)
        cls.browser = devtools.Browser(cls.shop.folder)

    @classmethod
    def clear(cls):
        """Ends everything."""
        if cls.browser:
            cls.browser.close()
        if cls.server:
            cls.server.stop()
        if cls.shop:
            cls.shop.remove()
        cls.shop = cls.browser = cls.server = None


class PageCase(unittest.TestCase):
    """A test with a page; it fails when a page breaks its policy, throws, or asks another server."""

    def setUp(self):
        Stage.set()
        self.pages: list[tuple[devtools.Page, set[str]]] = []

    def tearDown(self):
        try:
            for page, origins in self.pages:
                page.run("new Promise((done) => setTimeout(done, 20))")
                self.assertEqual(page.complaints, [], "the page complained")
                self.assertEqual(page.dialogs, [], "a product's text was run as a script")
                asked = {self.origin(request["url"]) for request in page.requests}
                self.assertLessEqual(asked - {"about:", "data:"}, origins, "the page asked another server")
        finally:
            for page, _ in self.pages:
                page.close()

    @staticmethod
    def origin(address: str) -> str:
        """Scheme, host and port."""
        parts = urllib.parse.urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"

    def page(self, address: str | None = None, origins: set[str] | None = None, **options) -> devtools.Page:
        """A new page, as one visitor has it."""
        page = Stage.browser.page(**options)
        base = self.origin(address or Stage.server.address)
        self.pages.append((page, {base} | (origins or set())))
        return page

    def search(self, query: str = "", server: servers.Server | None = None, more: str = "", **options) -> devtools.Page:
        """A new page with a search on it."""
        base = (server or Stage.server).address
        page = self.page(base, **options)
        page.open(f"{base}#/search?q={urllib.parse.quote(query)}{more}")
        self.settle(page)
        return page

    def settle(self, page: devtools.Page):
        """Waits until the answer to the address's search, or why there is none, is shown."""
        page.wait(
            "document.querySelector('.results')?.dataset.address === location.hash"
            " && (document.querySelector('.result-count').textContent || document.querySelector('.notices').textContent)"
        )

    def ids(self, page: devtools.Page) -> list[str]:
        """The hits' ids in their order."""
        return page.run("[...document.querySelectorAll('.hit')].map((hit) => hit.dataset.id)")

    def until(self, page: devtools.Page, script: str):
        """Waits for something to become true on the page."""
        page.wait(script)
