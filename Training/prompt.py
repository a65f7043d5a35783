"""The prompt of Qwen3-Reranker, as `Sources/Reranker/Prompt` makes it."""

OPENING = ('<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct '
           'provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>')
TURN = "user\n"
SUFFIX = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
DEFAULT = "Given a web search query, retrieve relevant passages that answer the query"
ALIGNMENT = ("Judge whether the Query and the Document describe the very same product, in whatever languages they are "
             "written: the same kind of thing, brand, model, size, quantity and colour. A variant, a part or an accessory "
             "is not the same product.")
ALIGNMENTS = [ALIGNMENT, "Given a product, find the listing that describes the same product",
              "Judge whether both texts describe the same product"]
INSTRUCTIONS = [
    DEFAULT,
    "Given a shopper's search query, retrieve products that match the query",
    "Given a product search query, retrieve relevant products",
    "Given a search query from an online shop, judge whether the product is what the shopper wants",
    "Retrieve the products that satisfy the query",
]


def prefix(query, instruction=DEFAULT):
    """Everything up to and including `<Document>:`."""
    return f"{OPENING}{TURN}<Instruct>: {instruction}\n<Query>: {query}\n<Document>:"
