"""Pictures of all views, in both sizes, themes and languages, for somebody to look at."""

import pathlib

from page_case import Stage

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
QUERIES = {"en-US": "wireless headphones", "zh-CN": "无线耳机 降噪"}
EXAMPLES = {"en-US": "exampleLaptops", "zh-CN": "exampleGifts"}


def take(folder: pathlib.Path):
    """Writes them into a folder."""
    Stage.set()
    for language, query in QUERIES.items():
        for theme in ["light", "dark"]:
            for size, window in [("1280", WIDE), ("390", PHONE)]:
                name = f"{language[:2]}-{theme}-{size}"
                options = {**window, "dark": theme == "dark", "language": language}
                shoot(folder / f"search-{name}.png", f"#/search?q={query}&stage=fused", "document.querySelector('.move')", **options)
                shoot(folder / f"why-{name}.png", f"#/search?q={query}&stage=fused", "document.querySelector('.move')",
                      "document.querySelector('.why-button').click()", **options)
                shoot(folder / f"first-stage-{name}.png", f"#/search?q={query}&stage=bm25", "document.querySelector('.hit')", **options)
                shoot(folder / f"rerank-{name}.png", "#/rerank", "document.querySelector('.rerank-form')",
                      f"document.querySelector('[data-example={EXAMPLES[language]}]').click()", **options)
                shoot(folder / f"evaluate-{name}.png", "#/evaluate", "document.querySelector('.evaluate-view').children.length", **options)
                shoot(folder / f"budget-{name}.png", f"#/search?q={query}&stage=rerank&budget=2", "document.querySelector('.notice')", **options)
    print(f"Pictures are in {folder}.")


def shoot(path: pathlib.Path, address: str, ready: str, *steps: str, **options):
    """One picture, once `ready` is true and the steps are done."""
    page = Stage.browser.page(**options)
    page.open(Stage.server.address + address)
    page.wait(ready)
    for step in steps:
        page.run(step)
    page.run("new Promise((done) => setTimeout(done, 400))")
    page.picture(path)
    page.close()
