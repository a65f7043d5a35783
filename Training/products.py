"""Products of an index file, written down as the server writes them for a reranker.

The text follows `Sources/Ranking/Document` (DocumentTemplate.standard). `Tests/Parity/document_parity.py` compares
the two.
"""

import dataclasses
import json
import re
import sqlite3
import unicodedata

LIMIT, LINE_LIMIT = 1200, 400
TRADE_NUMBERS = {"gtin", "gtin8", "gtin12", "gtin13", "gtin14", "ean", "upc", "isbn", "asin", "barcode", "mpn", "sku"}
TAG = re.compile(r"</?(?:!|[A-Za-z])[^<>]{0,299}>")


@dataclasses.dataclass
class Product:
    """A row of `products`; `attributes` are pairs of name and value."""

    id: str
    title: str
    brand: str
    categories: list
    attributes: list
    description: str
    price: float | None
    sale_price: float | None
    currency: str
    rating: float | None
    rating_count: int | None
    language: str


def read_index(path):
    """All products of a file made by `aisle index`, in its order."""
    rows = sqlite3.connect(path)
    rows.row_factory = sqlite3.Row
    products = []
    for row in rows.execute("SELECT * FROM products ORDER BY number"):
        products.append(Product(
            id=row["id"], title=row["title"], brand=row["brand"] or "",
            categories=json.loads(row["categories"] or "[]"), attributes=json.loads(row["attributes"] or "[]"),
            description=row["description"] or "", price=row["price"], sale_price=row["sale_price"],
            currency=row["currency"] or "", rating=row["rating"], rating_count=row["rating_count"],
            language=row["language"]))
    return products


def plain(text, most):
    """Without markup and control characters, white space collapsed, at most `most` characters."""
    text = TAG.sub(" ", text[: 8 * most + 64])
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") or c == "\ufeff" else c for c in text)
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    if text[most] == " ":
        return text[:most]
    space = text.rfind(" ", 0, most)
    return text[:space] if space >= 0 and most - space <= min(20, most // 2) else text[:most]


def document_text(product):
    """The text of a product for the reranker."""
    categories = "; ".join(" > ".join(path) for path in product.categories)
    attributes = "; ".join(
        f"{entry[0]}: {', '.join(v for v in entry[1:] if not v.startswith(('http://', 'https://', '//')))}"
        for entry in product.attributes if entry[0].lower() not in TRADE_NUMBERS)
    current = product.sale_price if product.sale_price is not None else product.price
    price = "" if current is None else " ".join(filter(None, [f"{current:.2f}", product.currency]))
    count = "" if product.rating_count is None else f" ({product.rating_count} ratings)"
    rating = "" if product.rating is None else f"{product.rating:.1f}{count}"
    lines = [("Title", product.title), ("Brand", product.brand), ("Category", categories), ("Attributes", attributes),
             ("Price", price), ("Rating", rating), ("Description", product.description)]
    text = ""
    for index, (label, value) in enumerate(lines):
        room = LIMIT - len(text) - (1 if text else 0)
        most = room if index == len(lines) - 1 else min(room, LINE_LIMIT)
        opening = f"{label}: "
        if most <= len(opening):
            continue
        value = plain(value, most - len(opening))
        if value:
            text += ("\n" if text else "") + opening + value
    return text


def row_text(text):
    """A document's text as a row of `aisle align`."""
    lines = [line for line in text.split("\n") if not line.startswith(("Price: ", "Rating: "))]
    return "\n".join(lines).removeprefix("Title: ")
