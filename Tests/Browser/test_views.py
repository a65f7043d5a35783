"""The other views, what is said when something fails, languages, themes, sizes, and whether everybody can use it."""

import json
import unittest

import servers
from page_case import PageCase, Stage

READABLE = """(() => {
    // Every text of the page against what lies behind it (WCAG 2.2, 1.4.3).
    const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const over = (colours) => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((value) => channel(value / 255));
    };
    const luminance = ([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    const bad = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode;
        const node = text.parentElement;
        if (!text.data.trim() || node.closest('.unseen, .skip, svg, [hidden], dialog:not([open]), .page-step.off, button:disabled')) continue;
        if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const behind = [];
        for (let parent = node; parent; parent = parent.parentElement) behind.unshift(getComputedStyle(parent).backgroundColor);
        const [ground, ink] = [luminance(over(['white', ...behind])), luminance(over(['white', ...behind, getComputedStyle(node).color]))];
        const contrast = (Math.max(ground, ink) + 0.05) / (Math.min(ground, ink) + 0.05);
        if (contrast < 4.5) bad.add(`${node.className || node.tagName}: ${contrast.toFixed(2)}`);
    }
    return [...bad];
})()"""


class Reranking(PageCase):
    def open(self, server=None, **options):
        base = (server or Stage.server).address
        page = self.page(base, **options)
        page.open(f"{base}#/rerank")
        page.wait("document.querySelector('.rerank-form')")
        return page

    def test_an_example_is_ranked_by_its_scores_and_every_product_is_there_once(self):
        page = self.open()
        if page.run("fetch('rerank', { method: 'POST', body: '{}' }).then((answer) => answer.status)") == 404:
            self.skipTest("this server has no /rerank")
        for example in ["exampleLaptops", "exampleGifts", "exampleCross"]:
            page.run("document.querySelector('.ranked').replaceChildren()")
            page.click(f"[data-example={example}]")
            page.wait("document.querySelectorAll('.ranked li').length > 0")
            lines = page.run("document.querySelector('#rerank-documents').value.split('\\n')")
            self.assertEqual(sorted(page.texts(".ranked-body p")), sorted(lines))
            margins = [float(text.replace("−", "-").replace("+", "")) for text in page.texts(".ranked .margin b")]
            self.assertEqual(margins, sorted(margins, reverse=True))
            moved = page.run(
                "[...document.querySelectorAll('.ranked .move')].map((move) =>"
                " (move.classList.contains('up') ? 1 : -1) * (Number(move.querySelector('[aria-hidden]:not(svg)').innerText) || 0))"
            )
            order = [lines.index(text) for text in page.texts(".ranked-body p")]
            self.assertEqual(moved, [line - place for place, line in enumerate(order)])

    def test_nothing_to_rank_is_said_before_the_server_is_asked(self):
        page = self.open()
        page.click(".rerank-form .primary")
        self.assertIn("needed", page.text(".rerank-form .problem"))
        self.assertFalse([request for request in page.requests if request["method"] == "POST"])

    def test_without_a_model_the_view_says_what_to_do(self):
        server = servers.Server(Stage.shop)
        self.addCleanup(server.stop)
        page = self.open(server)
        page.click("[data-example=exampleLaptops]")
        page.wait("document.querySelector('.outcome .notice')")
        self.assertIn("No model is loaded", page.text(".outcome"))
        self.assertIn("--model", page.text(".outcome pre"))


class Evaluating(PageCase):
    RUN = "q1 Q0 {0} 1 2.0 {2}\nq1 Q0 {1} 2 1.0 {2}\nq2 Q0 {1} 1 2.0 {2}\n"

    def test_reports_are_listed_with_their_figures_and_open_in_a_frame_without_rights(self):
        folder = Stage.reports
        (folder / "qrels.txt").write_text("q1 0 d1 1\nq2 0 d2 1\n")
        (folder / "one.run").write_text(self.RUN.format("d2", "d1", "one"))
        (folder / "two.run").write_text(self.RUN.format("d1", "d2", "two"))
        name = "two & <one>.html"
        figures = Stage.shop.run(
            "eval",
            "--qrels",
            folder / "qrels.txt",
            "--run",
            folder / "one.run",
            "--run",
            folder / "two.run",
            "--metrics",
            "rr@10",
            "--report",
            folder / name,
            "--json",
        )
        (folder / "two & <one>.json").write_text(figures)
        page = self.page()
        page.open(f"{Stage.server.address}#/evaluate")
        page.wait("document.querySelector('.report')")
        # Reciprocal ranks by hand: run one finds d1 second and d2 not at all, run two finds both first.
        self.assertEqual(page.texts(".report td"), ["0.2500", "1.0000"])
        self.assertIn("two & <one>", page.text(".report h2"))
        page.click(".report h2 a")
        page.wait("document.querySelector('iframe')")
        self.assertEqual(page.run("document.querySelector('iframe').getAttribute('sandbox')"), "")
        address = page.run("document.querySelector('iframe').src")
        answer = page.run(
            f"fetch({json.dumps(address)}).then(async (answer) => [answer.status, answer.headers.get('content-security-policy'), await answer.text()])"
        )
        self.assertEqual(answer[0], 200)
        self.assertIn("sandbox;", answer[1])
        self.assertIn("Relevance report", answer[2])
        self.assertEqual(page.run(f"fetch({json.dumps(address.split('?')[0])}).then((answer) => answer.status)"), 404)
        page.click(".back")
        page.wait("document.querySelector('.report')")

    def test_without_a_folder_the_view_says_how_to_name_one(self):
        server = servers.Server(Stage.shop)
        self.addCleanup(server.stop)
        page = self.page(server.address)
        page.open(f"{server.address}#/evaluate")
        page.wait("document.querySelector('.notice')")
        self.assertIn("--reports", page.text(".notice pre"))


class Failing(PageCase):
    def test_a_server_that_is_gone_is_said_and_can_be_tried_again(self):
        server = servers.Server(Stage.shop)
        self.addCleanup(server.stop)
        page = self.search("lamp", server)
        server.stop()
        page.run("location.hash = '#/search?q=chair'")
        page.wait("document.querySelector('.notice.error')")
        self.assertIn("cannot be reached", page.text(".notice.error"))
        self.assertEqual(self.ids(page), [])
        self.assertTrue(page.run("document.querySelector('.notice.error button') !== null"))

    def test_what_the_server_refuses_is_shown_with_its_words(self):
        page = self.search("lamp", more="&budget=99999999")
        page.wait("document.querySelector('.notice.error')")
        self.assertIn("budget", page.text(".notice.error"))

    def test_a_server_with_keys_asks_for_one_and_keeps_it_in_the_tab(self):
        keys = Stage.shop.folder / "keys.txt"
        keys.write_text(f"tests search,admin {servers.KEY}\n")
        server = servers.Server(Stage.shop, "--keys", keys, "--reports", Stage.reports)
        self.addCleanup(server.stop)
        page = self.search("lamp", server)
        page.wait("document.querySelector('dialog[open]')")
        page.type("a-key-that-nobody-has")
        page.press("Enter", 13, "\r")
        page.wait("document.querySelector('dialog[open] .problem').textContent !== ''")
        page.type(servers.KEY)
        page.press("Enter", 13, "\r")
        page.wait("document.querySelectorAll('.hit').length > 0")
        self.assertFalse(page.run("document.querySelector('dialog.key-dialog').open"))
        self.assertEqual(
            page.run("[sessionStorage.getItem('aisle.key'), JSON.stringify(localStorage).includes('tests-of')]"),
            [servers.KEY, False],
        )
        self.assertNotIn(servers.KEY, page.run("location.href"))
        page.run("location.hash = '#/evaluate'")
        page.wait("document.querySelector('.evaluate-view').children.length > 0")
        self.assertFalse(page.run("document.querySelector('dialog.key-dialog').open"))


class Looks(PageCase):
    VIEWS = ["#/search?q=wireless+headphones&stage=fused", "#/search?q=qqqqxyzzy", "#/rerank", "#/evaluate"]

    def test_the_browsers_language_decides_and_the_switch_changes_it(self):
        page = self.search("耳机", language="zh-CN")
        self.assertIn("件商品", page.text(".result-count"))
        self.assertEqual(page.run("document.documentElement.lang"), "zh-CN")
        page.click(".language")
        page.wait("document.documentElement.lang === 'en'")
        self.settle(page)
        self.assertRegex(page.text(".result-count"), r"\d+ products?")
        page.run("window.isOld = true; location.reload()")
        page.wait("!window.isOld && document.readyState === 'complete' && document.querySelector('.tools')")
        self.assertTrue(page.run("document.readyState === 'complete' && document.documentElement.lang === 'en'"))

    def test_both_languages_have_every_text_with_the_same_places(self):
        page = self.search()
        tables = page.run("import('./strings.js').then((module) => module.strings)")
        places = lambda text: sorted(part.split("}")[0] for part in text.split("{")[1:])
        self.assertEqual(tables["en"].keys(), tables["zh"].keys())
        for key, text in tables["en"].items():
            self.assertEqual(places(text), places(tables["zh"][key]), key)
            self.assertTrue(text and tables["zh"][key], key)
        # What the views ask for is there, and nothing else.
        used = page.run("""Promise.all(performance.getEntriesByType('resource').map((entry) => entry.name)
            .filter((name) => name.endsWith('.js') && !name.endsWith('strings.js')).map((name) => fetch(name).then((answer) => answer.text())))
            .then((texts) => texts.join('\\n'))""")
        for key in tables["en"]:
            if key.split("_")[0] in ("value", "term", "rule") or key == "languageName":
                continue
            stem = key.split(".")[0]
            composed = stem.startswith(("view", "theme")) or stem.endswith("Explain")
            self.assertTrue(composed or f"'{stem}'" in used, f"{key} is not used")

    def test_every_text_can_be_read_in_light_and_dark(self):
        for dark in [False, True]:
            for view in self.VIEWS:
                page = self.page(dark=dark)
                page.open(Stage.server.address + view)
                page.run("new Promise((done) => setTimeout(done, 700))")
                if "headphones" in view:
                    page.click(".why-button")
                    page.wait("document.querySelector('.why-panel')")
                ground = page.run("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number)[0]")
                self.assertEqual(ground < 60, dark)
                self.assertEqual(page.run(READABLE), [], f"{view}, {'dark' if dark else 'light'}")

    def test_the_theme_can_be_chosen_and_stays(self):
        page = self.search("lamp", dark=False)
        button = "document.querySelector('.tools .round:last-child')"
        for theme in ["light", "dark"]:
            page.run(f"{button}.click()")
            self.assertEqual(page.run("document.documentElement.dataset.theme"), theme)
            sign = "<" if theme == "dark" else ">"
            page.wait(f"getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number)[0] {sign} 60")
        page.run("window.isOld = true; location.reload()")
        page.wait("!window.isOld && document.readyState === 'complete' && document.querySelector('.tools')")
        self.assertTrue(page.run("document.documentElement.dataset.theme === 'dark'"))
        page.run(f"{button}.click()")
        self.assertIsNone(page.run("document.documentElement.dataset.theme ?? null"))

    def test_nothing_is_wider_than_a_phone(self):
        for language in ["en-US", "zh-CN"]:
            for view in self.VIEWS:
                page = self.page(width=390, height=844, language=language)
                page.open(Stage.server.address + view)
                page.run("new Promise((done) => setTimeout(done, 600))")
                if "headphones" in view:
                    page.click(".why-button")
                self.assertLessEqual(page.run("document.documentElement.scrollWidth"), 390, view)

    def test_on_a_phone_the_filters_lie_in_a_sheet(self):
        page = self.search("coffee", width=390, height=844)
        self.assertFalse(page.run("document.querySelector('.side').checkVisibility()"))
        page.click(".filter-button")
        page.wait("document.querySelector('dialog.sheet').open && document.querySelector('.sheet .choice')")
        page.click(".sheet .choice input")
        page.wait("location.hash.includes('f.')")
        page.click(".sheet-foot .primary")
        page.wait("!document.querySelector('dialog.sheet').open")
        page.wait("document.querySelector('.chip')")

    def test_everything_that_can_be_used_has_a_name(self):
        for view in self.VIEWS:
            page = self.page()
            page.open(Stage.server.address + view)
            page.run("new Promise((done) => setTimeout(done, 600))")
            page.call("Accessibility.enable")
            nodes = page.call("Accessibility.getFullAXTree")["nodes"]
            roles = {
                "button",
                "link",
                "textbox",
                "combobox",
                "checkbox",
                "radio",
                "switch",
                "spinbutton",
                "listbox",
                "Iframe",
                "dialog",
            }
            for node in nodes:
                if not node.get("ignored") and node.get("role", {}).get("value") in roles:
                    self.assertTrue(
                        node.get("name", {}).get("value", "").strip(), f"{view}: {node['role']['value']} without a name"
                    )
            self.assertEqual(
                sum(
                    1
                    for node in nodes
                    if node.get("role", {}).get("value") == "heading"
                    and any(p["name"] == "level" and p["value"]["value"] == 1 for p in node.get("properties", []))
                ),
                1,
                view,
            )


if __name__ == "__main__":
    unittest.main()
