"""Searching: words, suggestions, filters, stages, pages, explanations."""

import json
import unittest
import urllib.parse
import urllib.request

import servers
from page_case import PageCase, Stage

ARROW_DOWN, ENTER, ESCAPE = ("ArrowDown", 40), ("Enter", 13, "\r"), ("Escape", 27)


def ask(path: str, **parameters):
    """What the server answers without the page."""
    address = f"{Stage.server.address}{path}?{urllib.parse.urlencode(parameters)}"
    with urllib.request.urlopen(address, timeout=20) as answer:
        return json.load(answer)


class Searching(PageCase):
    def test_typing_and_enter_show_the_servers_hits_with_their_words_marked(self):
        page = self.search()
        page.click("#query")
        page.type("wireless headphones")
        page.press(*ENTER)
        page.wait("location.hash.includes('wireless')")
        self.settle(page)
        expected = [hit["id"] for hit in ask("search", q="wireless headphones", top=20)["hits"]]
        self.assertEqual(self.ids(page), expected)
        marked = [text.lower() for text in page.texts(".hit h3 mark")]
        self.assertIn("wireless", marked)
        self.assertIn("headphones", marked)
        self.assertRegex(page.text(".hit-price"), r"[$€£¥]\s?\d")
        self.assertEqual(page.run("document.activeElement.id"), "query")

    def test_the_address_holds_the_search_and_back_returns_to_the_one_before(self):
        page = self.search("coffee")
        first = self.ids(page)
        page.click(".segment input[value=bm25]")
        page.wait("location.hash.includes('stage=bm25')")
        self.settle(page)
        page.run("history.back()")
        page.wait("!location.hash.includes('stage=bm25')")
        page.wait("document.querySelector('.segment input:checked').value === 'fused'")
        self.settle(page)
        self.assertEqual(self.ids(page), first)
        again = self.search("coffee", more="&stage=bm25")
        self.assertEqual(again.run("document.querySelector('#query').value"), "coffee")
        self.assertEqual(again.run("document.querySelector('.segment input:checked').value"), "bm25")

    def test_suggestions_are_chosen_by_keyboard(self):
        page = self.search()
        page.click("#query")
        page.type("wirel")
        page.wait("!document.querySelector('#suggestions').hidden")
        offered = page.texts("#suggestions [role=option] .suggestion-text")
        self.assertTrue(offered)
        page.press(*ARROW_DOWN)
        self.assertEqual(
            page.run("document.querySelector('#query').getAttribute('aria-activedescendant')"), "suggestion-0"
        )
        self.assertEqual(page.run("document.querySelectorAll('#suggestions [aria-selected=true]').length"), 1)
        page.press(*ESCAPE)
        self.assertTrue(page.run("document.querySelector('#suggestions').hidden"))
        self.assertEqual(page.run("document.querySelector('#query').value"), "wirel")
        page.press(*ARROW_DOWN)
        page.wait("!document.querySelector('#suggestions').hidden")
        page.press(*ARROW_DOWN)
        page.press(*ENTER)
        page.wait("location.hash.includes('q=')")
        self.assertEqual(page.run("document.querySelector('#query').value"), offered[0])
        self.settle(page)
        self.assertTrue(self.ids(page))

    def test_slash_goes_to_the_box_and_escape_empties_it(self):
        page = self.search("lamp")
        page.run("document.activeElement.blur()")
        page.press("/", 191, "/")
        self.assertEqual(page.run("document.activeElement.id"), "query")
        self.assertEqual(page.run("document.querySelector('#query').value"), "lamp")
        page.press(*ESCAPE)
        self.assertEqual(page.run("document.querySelector('#query').value"), "")

    def test_a_misspelt_query_offers_the_words_that_were_meant(self):
        page = self.search("wirless hedphones")
        self.assertIn("wireless headphones", page.text(".did-you-mean"))
        page.click(".did-you-mean .link")
        page.wait("document.querySelector('#query').value === 'wireless headphones'")

    def test_nothing_found_says_so(self):
        page = self.search("qqqqxyzzyqq")
        self.assertIn("qqqqxyzzyqq", page.text(".nothing"))
        self.assertEqual(self.ids(page), [])

    def test_sorting_by_price_puts_the_cheapest_first(self):
        page = self.search("coffee")
        page.run(
            "const s = document.querySelector('.controls select'); s.value = 'price'; s.dispatchEvent(new Event('change'))"
        )
        page.wait("location.hash.includes('sort=price')")
        self.settle(page)
        expected = [hit["id"] for hit in ask("search", q="coffee", top=20, sort="price")["hits"]]
        page.wait(f"document.querySelector('.hit')?.dataset.id === {json.dumps(expected[0])}")
        self.assertEqual(self.ids(page), expected)

    def test_pages_show_every_hit_once(self):
        page = self.search("coffee", more="&stage=bm25")
        total = ask("search", q="coffee", stage="bm25")["total"]
        seen = self.ids(page)
        while page.run("document.querySelector('.pager a[rel=next]') !== null"):
            before = page.run("location.hash")
            page.click(".pager a[rel=next]")
            page.wait(f"location.hash !== {json.dumps(before)}")
            page.wait(f"document.querySelector('.hit')?.dataset.id !== {json.dumps(seen[-20])}")
            self.settle(page)
            seen += self.ids(page)
        self.assertEqual(len(seen), total)
        self.assertEqual(len(set(seen)), total)


class Filtering(PageCase):
    def test_a_value_narrows_the_hits_to_its_count_and_can_be_taken_away(self):
        page = self.search("coffee")
        whole = page.text(".result-count")
        page.wait("document.querySelectorAll('.facet .choice').length > 3")
        name = page.run("[...document.querySelectorAll('input[data-focus^=\"brand=\"]')][0].dataset.focus.slice(6)")
        count = int(
            page.run(
                "document.querySelector('input[data-focus^=\"brand=\"]').closest('label')"
                ".querySelector('.choice-count').innerText"
            )
        )
        page.click("input[data-focus^='brand=']")
        page.wait("document.querySelector('.chip')")
        page.wait(f"document.querySelector('.result-count').textContent !== {json.dumps(whole)}")
        self.assertEqual(int(page.text(".result-count").split()[0]), count)
        brands = page.run("[...document.querySelectorAll('.hit-meta span:first-child')].map((node) => node.innerText)")
        self.assertEqual(set(brands), {name})
        # The other values stay, to be added.
        page.wait("document.querySelectorAll('input[data-focus^=\"brand=\"]').length > 1")
        page.click(".chip")
        page.wait(f"document.querySelector('.result-count').textContent === {json.dumps(whole)}")

    def test_two_values_of_a_field_are_alternatives_and_two_fields_are_not(self):
        page = self.search("coffee", more="&stage=bm25")
        values = page.run(
            "[...document.querySelectorAll('input[data-focus^=\"brand=\"]')].map((node) => node.dataset.focus.slice(6))"
        )
        total = 0
        for value in values[:2]:
            total += ask("search", q="coffee", stage="bm25", filter=f'brand = "{value}"')["total"]
        more = "".join(f"&f.brand={urllib.parse.quote(value)}" for value in values[:2])
        both = self.search("coffee", more=f"&stage=bm25{more}")
        self.assertEqual(int(both.text(".result-count").split()[0]), total)
        none = self.search("coffee", more=f"&stage=bm25{more}&max=0")
        self.assertEqual(self.ids(none), [])
        self.assertIn("Remove all filters", none.text(".nothing"))

    def test_price_stock_and_rating_limit_what_is_shown(self):
        page = self.search("coffee", more="&stage=bm25&min=10&max=50&stock=1&rating=4")
        expected = ask(
            "search",
            q="coffee",
            stage="bm25",
            top=20,
            filter="price >= 10 AND price <= 50 AND rating >= 4 AND in_stock",
        )
        self.assertEqual(self.ids(page), [hit["id"] for hit in expected["hits"]])
        self.assertEqual(len(page.texts(".chip")), 3)
        for hit in expected["hits"]:
            self.assertTrue(10 <= hit["price"] <= 50 and hit["rating"] >= 4 and hit["availability"] == "in_stock")

    def test_price_ranges_show_how_many_there_are_and_find_as_many(self):
        page = self.search("coffee", more="&stage=bm25")
        ranges = ask("search", q="coffee", stage="bm25", facets="price:5")["facets"]["price"]["ranges"]
        counts = [str(part["count"]) for part in ranges]
        self.assertGreater(len(ranges), 2)
        self.assertEqual(page.texts(".price-choice .choice-count"), counts)
        self.assertEqual(page.texts(".price-choice .choice-name")[0], f"under {ranges[0]['to']:,.10g}")
        page.run("document.querySelectorAll('.price-choice')[1].click()")
        page.wait(f"parseInt(document.querySelector('.result-count').innerText) === {counts[1]}")
        page.wait("document.querySelectorAll('.price-choice').length > 1 && document.querySelector('.chip')")
        for hit in ask("search", q="coffee", stage="bm25", top=100, filter=ranges[1]["filter"])["hits"][:20]:
            self.assertIn(hit["id"], self.ids(page))
            self.assertTrue(ranges[1]["from"] <= hit["price"] < ranges[1]["to"])
        # The others stay, and the chosen one can be taken back.
        self.assertEqual(page.texts(".price-choice .choice-count"), counts)
        self.assertEqual(page.texts('.price-choice[aria-pressed="true"] .choice-count'), [counts[1]])
        page.click('.price-choice[aria-pressed="true"]')
        page.wait("!document.querySelector('.chip') && !location.hash.includes('below')")

    def test_the_chip_of_a_price_says_whether_its_upper_bound_belongs_to_it(self):
        for bound, words in [("max=20", "up to"), ("below=20", "under"), ("min=20", "and more")]:
            page = self.search("coffee", more=f"&stage=bm25&{bound}")
            self.assertIn(words, page.texts(".chip")[0])


class Stages(PageCase):
    def test_arrows_say_how_far_each_hit_moved_from_the_first_stage(self):
        page = self.search("headphones", more="&stage=bm25")
        first = [hit["id"] for hit in ask("search", q="headphones", stage="bm25", top=100)["hits"]]
        self.assertEqual(self.ids(page), first[:20])
        self.assertEqual(page.run("document.querySelectorAll('.move').length"), 0)
        for stage in ["rerank", "fused"]:
            page.click(f".segment input[value={stage}]")
            page.wait(f"location.hash.includes('stage={stage}')")
            page.wait("document.querySelectorAll('.move').length > 0 && !document.querySelector('.results[aria-busy]')")
            expected = [hit["id"] for hit in ask("search", q="headphones", stage=stage, top=20)["hits"]]
            page.wait(
                f"JSON.stringify([...document.querySelectorAll('.hit')].map((hit) => hit.dataset.id)) === JSON.stringify({json.dumps(expected)})"
            )
            self.assertNotEqual(expected, first[:20])
            shown = page.run(
                "[...document.querySelectorAll('.hit .move')].map((move) =>"
                " (move.classList.contains('up') ? 1 : -1) * (Number(move.querySelector('[aria-hidden]:not(svg)').innerText) || 0))"
            )
            self.assertEqual(shown, [first.index(id) - place for place, id in enumerate(expected)])
            self.assertEqual(page.run("document.querySelectorAll('.meter.relevance').length"), len(expected))
        self.assertIn("Reranker", page.text(".timing"))

    def test_why_shows_what_each_term_adds_up_to(self):
        page = self.search("wireless headphones", more="&stage=fused")
        page.click(".why-button")
        page.wait("document.querySelector('.why-panel')")
        self.assertEqual(page.run("document.querySelector('.why-button').getAttribute('aria-expanded')"), "true")
        adds = [float(text) for text in page.texts(".why-panel tbody .meter-value")]
        score = float(page.text(".hit .meter.bm25 .meter-value"))
        self.assertAlmostEqual(sum(adds), score, delta=0.06)
        self.assertIn("Margin", page.text(".why-panel"))

    def test_a_reranker_that_does_not_answer_is_said_and_first_stage_results_are_shown(self):
        # Port 9 (discard) is not listened at.
        server = servers.Server(Stage.shop, "--model", "vllm+http://127.0.0.1:9", "--no-cache")
        self.addCleanup(server.stop)
        page = self.search("coffee", server)
        self.assertEqual(self.ids(page), [hit["id"] for hit in ask("search", q="coffee", stage="bm25", top=20)["hits"]])
        self.assertIn("Not reranked", page.text(".notice.warn"))
        self.assertRegex(page.text(".notice .reason"), r"Reason: \w.+\.")

    def test_a_ranking_that_was_not_finished_says_how_far_it_came(self):
        page = self.search("lamp", more="&stage=bm25")
        # A deadline cannot be met exactly on purpose, so the answer is changed on its way to the page.
        page.run("""(() => {
            const ask = window.fetch;
            window.fetch = async (...request) => {
                const answer = await (await ask(...request)).json();
                answer.rerank = { ...answer.rerank, status: 'partial', scored: 7, candidates: 30, reason: 'the budget was over' };
                return new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } });
            };
        })()""")
        page.run("location.hash = '#/search?q=lamp&stage=fused'")
        page.wait("document.querySelector('.notice.warn')")
        self.assertIn("7 of 30", page.text(".notice.warn"))
        self.assertIn("Reason: the budget was over.", page.text(".notice .reason"))


if __name__ == "__main__":
    unittest.main()
