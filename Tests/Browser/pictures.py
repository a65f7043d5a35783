"""Pictures of all views, in both sizes, themes and languages, for somebody to look at.

Run by itself, it makes those of the README: `python3 -B Tests/Browser/pictures.py docs/pictures [MODEL]`.
"""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import servers
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
                shoot(
                    folder / f"search-{name}.png",
                    f"#/search?q={query}&stage=fused",
                    "document.querySelector('.move')",
                    **options,
                )
                shoot(
                    folder / f"why-{name}.png",
                    f"#/search?q={query}&stage=fused",
                    "document.querySelector('.move')",
                    "document.querySelector('.why-button').click()",
                    **options,
                )
                shoot(
                    folder / f"first-stage-{name}.png",
                    f"#/search?q={query}&stage=bm25",
                    "document.querySelector('.hit')",
                    **options,
                )
                # Only a phone has the filters in a sheet; elsewhere the button is not shown, and nothing opens.
                shoot(
                    folder / f"filters-{name}.png",
                    f"#/search?q={query}&stage=bm25&max=100",
                    "document.querySelector('.chip')",
                    "(document.querySelector('.filter-button').offsetParent && document.querySelector('.filter-button').click())",
                    **options,
                )
                shoot(
                    folder / f"rerank-{name}.png",
                    "#/rerank",
                    "document.querySelector('.rerank-form')",
                    f"document.querySelector('[data-example={EXAMPLES[language]}]').click()",
                    **options,
                )
                shoot(
                    folder / f"evaluate-{name}.png",
                    "#/evaluate",
                    "document.querySelector('.evaluate-view').children.length",
                    **options,
                )
                shoot(
                    folder / f"budget-{name}.png",
                    f"#/search?q={query}&stage=rerank&budget=2",
                    "document.querySelector('.notice')",
                    **options,
                )
    print(f"Pictures are in {folder}.")


def shoot(path: pathlib.Path, address: str, ready: str, *steps: str, base: str = "", **options):
    """One picture, once `ready` is true and the steps are done."""
    page = Stage.browser.page(**options)
    page.open((base or Stage.server.address) + address)
    page.wait(ready)
    for step in steps:
        page.run(step)
    page.run("new Promise((done) => setTimeout(done, 400))")
    page.picture(path)
    page.close()


def take_for_readme(folder: pathlib.Path, model: str | None):
    """Writes docs/pictures: with a model's ranking if one is named, with the first stage's otherwise.

    They are made small by pngquant where it is installed.
    """
    Stage.set()
    server = servers.Server(Stage.shop, *(["--model", model] if model else []))
    stage = "fused" if model else "bm25"
    views = {
        "search.png": (f"#/search?q=wireless headphones&stage={stage}", [], {**WIDE, "language": "en-US"}),
        "why.png": (
            f"#/search?q=coffee machine&stage={stage}&f.category=Kitchen",
            ["document.querySelector('.why-button').click()"],
            {**WIDE, "language": "en-US"},
        ),
        "search-zh.png": (f"#/search?q=无线耳机 降噪&stage={stage}", [], {**WIDE, "language": "zh-CN", "dark": True}),
        "phone.png": (f"#/search?q=running shoes&stage={stage}", [], {**PHONE, "language": "en-US", "scale": 2}),
    }
    if model:
        views["rerank.png"] = (
            "#/rerank",
            ["document.querySelector('[data-example=exampleLaptops]').click()"],
            {**WIDE, "language": "en-US"},
        )
    try:
        for name, (address, steps, options) in views.items():
            shoot(
                folder / name,
                address,
                "document.querySelector('.hit, .rerank-form')",
                *steps,
                base=server.address,
                **options,
            )
            if shutil.which("pngquant"):
                subprocess.run(
                    ["pngquant", "--force", "--ext", ".png", "--quality", "60-95", folder / name], check=True
                )
    finally:
        server.stop()


if __name__ == "__main__":
    try:
        take_for_readme(pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
    finally:
        Stage.clear()
