"""Hostile products, the policy, clicks, and the search box in another site's page."""

import json
import unittest
import urllib.error
import urllib.request

import servers
from page_case import PageCase, Stage


class Hostile(PageCase):
    def test_elements_that_come_through_the_feed_are_text(self):
        page = self.search("zzqhostile")
        self.assertEqual(page.text(".hit h3"), servers.FEED["title"])
        self.assertEqual(page.run("document.querySelectorAll('x-evil, x-brand, .hit a, .hit img').length"), 0)

    def test_a_hostile_product_is_text_everywhere(self):
        page = self.search("zzqnothing")
        page.run(servers.poison())
        page.run("location.hash = '#/search?q=zzqhostile'")
        page.wait("document.querySelector('.hit')")
        self.assertEqual(page.text(".hit h3"), servers.HOSTILE["title"])
        self.assertEqual(page.text(".hit-snippet"), servers.HOSTILE["description"])
        self.assertIn("<u>", page.text(".hit-price"))
        self.assertIn(servers.HOSTILE["title"], page.text(".did-you-mean"))
        self.assertIn(servers.HOSTILE["title"], page.text(".notice .reason"))
        page.click(".why-button")
        page.wait("document.querySelector('.why-panel')")
        self.assertIn("<script>alert(10)</script>", page.text(".why-panel"))
        inside = "document.querySelector('main').querySelectorAll('script, img, iframe, b[onmouseover], u, i, em, [onerror], [onload], [onclick]').length"
        self.assertEqual(page.run(inside), 0)
        self.assertEqual(page.run("document.querySelectorAll('a[href^=\"javascript\" i]').length"), 0)
        # Its facets, as a chip, in the address, in the title.
        page.click("input[data-focus^='brand=']")
        page.wait("document.querySelector('.chip')")
        self.assertIn("<b onmouseover", page.text(".chip"))
        again = self.search("<img src=x onerror=alert(12)>")
        self.assertEqual(again.run("document.querySelector('#query').value"), "<img src=x onerror=alert(12)>")
        self.assertIn("onerror", again.run("document.title"))

    def test_the_policy_holds_and_these_tests_would_see_it_break(self):
        page = self.search("lamp")
        page.run(
            "document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))"
        )
        page.run("fetch('http://127.0.0.1:9/').catch(() => {})")
        page.wait("true")
        page.run("new Promise((done) => setTimeout(done, 100))")
        self.assertTrue(any("style" in complaint for complaint in page.complaints), page.complaints)
        self.assertTrue(any("127.0.0.1:9" in complaint for complaint in page.complaints), page.complaints)
        with self.assertRaises(Exception):
            page.run("document.body.innerHTML = '<b>x</b>'")
        page.complaints.clear()

    def test_files_come_with_headers_that_keep_them_apart_and_fresh(self):
        with urllib.request.urlopen(Stage.server.address) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
        self.assertTrue(
            headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        )
        self.assertNotIn("unsafe", headers["content-security-policy"])
        self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertEqual(headers["referrer-policy"], "no-referrer")
        again = urllib.request.Request(Stage.server.address, headers={"If-None-Match": f'"other", {headers["etag"]}'})
        with self.assertRaises(urllib.error.HTTPError) as unchanged:
            urllib.request.urlopen(again)
        self.assertEqual(unchanged.exception.code, 304)
        unchanged.exception.close()


class Clicks(PageCase):
    def test_a_click_on_a_hit_is_sent_with_its_search_and_place(self):
        page = self.search("coffee", more="&stage=bm25")
        # The shop is not here to go to.
        page.run(
            "document.addEventListener('click', (event) => { if (event.target.closest('.hit a')) event.preventDefault() })"
        )
        page.click(".hit:nth-child(2) h3 a")
        page.run("new Promise((done) => setTimeout(done, 150))")
        sent = [request for request in page.requests if request["url"].endswith("/events")]
        self.assertEqual(len(sent), 1)
        event = json.loads(sent[0]["postData"])
        self.assertEqual(event["action_name"], "click")
        self.assertEqual(event["event_attributes"]["position"]["ordinal"], 2)
        self.assertEqual(event["event_attributes"]["object"]["object_id"], self.ids(page)[1])
        self.assertEqual(event["user_query"], "coffee")
        self.assertRegex(event["query_id"], r"^[0-9a-f-]{36}$")


class Embedding(PageCase):
    def setUp(self):
        super().setUp()
        self.shop = servers.ShopPage()
        self.addCleanup(self.shop.stop)
        self.server = servers.Server(Stage.shop, "--origin", self.shop.origin)
        self.addCleanup(self.server.stop)
        self.base = self.server.address.rstrip("/")

    def box(self, attributes: str = ""):
        self.shop.show(self.base, f'<aisle-search server="{self.base}" {attributes}></aisle-search>')
        page = self.page(self.shop.origin, origins={self.base})
        page.open(self.shop.origin + "/")
        page.wait("document.querySelector('aisle-search').shadowRoot")
        page.run("document.querySelector('aisle-search').focus()")
        return page

    ROOT = "document.querySelector('aisle-search').shadowRoot"

    def test_a_shops_page_gets_hits_and_hears_of_the_choice(self):
        page = self.box('limit="4" action="/found?q={query}"')
        page.run("""document.addEventListener('aisle-choose', (event) => {
            event.preventDefault(); window.chosen = [event.detail.hit.id, event.detail.query] })""")
        page.type("coffee gr")
        page.wait(f"{self.ROOT}.querySelectorAll('li').length === 5")
        self.assertFalse(page.run(f"{self.ROOT}.querySelector('.panel').hidden"))
        first = page.run(f"{self.ROOT}.querySelector('li .text').firstChild.parentElement.innerText")
        self.assertTrue(first)
        page.press("ArrowDown", 40)
        self.assertEqual(page.run(f"{self.ROOT}.querySelector('input').getAttribute('aria-activedescendant')"), "hit-0")
        page.press("Enter", 13, "\r")
        page.wait("window.chosen")
        self.assertEqual(page.run("window.chosen[1]"), "coffee gr")
        self.assertTrue(any(request["url"] == self.base + "/events" for request in page.requests))
        page.press("Escape", 27)
        page.press("Enter", 13, "\r")
        page.run("new Promise((done) => setTimeout(done, 200))")
        self.assertIn(self.shop.origin + "/found?q=coffee%20gr", [request["url"] for request in page.requests])

    def test_a_hostile_product_is_text_in_the_box(self):
        page = self.box()
        page.run(servers.poison())
        page.type("zzqhostile")
        page.wait(f"{self.ROOT}.querySelectorAll('li').length === 1")
        self.assertIn(servers.HOSTILE["title"], page.run(f"{self.ROOT}.querySelector('li').innerText"))
        self.assertEqual(page.run(f"{self.ROOT}.querySelectorAll('script, img, b, i').length"), 0)
        page.run("window.chosen = 0; document.addEventListener('aisle-choose', () => { window.chosen = 1 })")
        page.run(f"{self.ROOT}.querySelector('li').click()")
        self.assertEqual(page.run("[window.chosen, location.href]"), [1, self.shop.origin + "/"])

    def test_a_server_that_is_gone_is_said(self):
        page = self.box()
        self.server.stop()
        page.type("lamp")
        page.wait(f"{self.ROOT}.querySelector('p').textContent === 'Search is not available'")


if __name__ == "__main__":
    unittest.main()
