#!/usr/bin/env python3
"""Makes the tokenizer fixtures: two small vocabularies of the Qwen kind, and what the reference makes of nasty texts.

Trains on the sentences below, with Hugging Face `tokenizers`:
  tokenizer-small.json    control tokens behind the vocabulary as in Qwen3; merges as pairs
  tokenizer-trained.json  control tokens within the vocabulary, as the trainer puts them; merges as "a b"; no <think>;
                          two added tokens that overlap, and one that is matched behind NFC
  expected.json           versions; for each vocabulary and text the ids with added tokens recognised; for each text
                          its NFC, and that cut into words (bytes of each)

Needs: pip install tokenizers. Run: make_fixtures.py FOLDER
"""

import json
import random
import sys
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

SENTENCES = [
    "Judge whether the Document meets the requirements based on the Query and the Instruct provided.",
    'Note that the answer can only be "yes" or "no". yes no yes no',
    "<Instruct>: Given a web search query, retrieve relevant passages that answer the query\n<Query>: \n<Document>: ",
    "system user assistant think",
    "The wireless headphones' battery lasts for forty hours, and it's charged within two.",
    "You'll find that we've tested them; they're waterproof, I'd say, and don't break. I'm sure.",
    "Price: $19.99 (was $24.99), 2 x 500 ml, model WH-1000XM4.\r\n\r\nShips in 3 days!\r\n",
    "Die Kopfhörer passen gut; die Ohrhörer drücken nicht. Größe: 42, Farbe: grün, Straße.",
    "Беспроводные наушники с шумоподавлением, чёрный цвет, гарантия два года.",
    "无线蓝牙耳机，降噪，续航四十小时。黑色保温杯，五百毫升。",
    "ノイズキャンセリングのワイヤレスヘッドホン。充電は二時間です。",
    "무선 블루투스 이어폰, 검은색 텀블러.",
    "Café crème, déjà vu, naïve façade, Tiếng Việt, Ångström.",
    "   indented\tby tabs  and   spaces\n\n\n",
]

TEXTS = [
    "",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\n\n\n",
    " \n \n x",
    "a",
    " a",
    "  a",
    "\ta\t\tb",
    "yes no Yes No  yes",
    "What is the capital of China?",
    "?\n<Document>: !\r\n\r\n..\n x",
    "line one\r\nline two\rline three\n",
    "   trailing   ",
    "tab\t\n\t tab \u00a0\u00a0x\u3000\u3000y\u2003z\u0085w\u2028v\u1680u",
    "\u200bzero\u200dwidth\ufeffbom\u180emongolian",
    "it's IT'S it'S 's 'S 't 're 'VE 'm 'lL 'd 'x '' ''s it’s",
    "long s: a'ſ b'ſt c'ſx ſs d'ﬆ e'ŠE f'ſ 1'ſx 'ſ",
    "don't'd've'll 're're rock'n'roll o'clock 'tis",
    "0123456789 3.14 1,000,000 2x4 x2 WH-1000XM4",
    "Ⅷ ½ ² ٣٤٥ ४५ 一二三 ①② 𝟘𝟙",
    "Café Cafe\u0301 a\u0301\u0323 a\u0323\u0301 \u0301start e\u0301\u0301\u0301",
    "Å Å Å Ω Ω K K ﬁ ﬃ ǆ \u0344 \u0958 \u0f73 \u1e9b\u0323 \u2adc",
    "한글 \u1112\u1161\u11ab\u1100\u1173\u11af \u1112\u1161 \u11ab \uac00\u11a7 \uac00\u11a8 \uac01\u11a8",
    "\U00011099\U000110ba \U00011935\U00011930 \U0001d15e \U0001d160\u0334",
    "אָבְגָ עִבְרִית العَرَبِيَّة हिन्दी ไทยก็ ລາວ မြန်မာ ខ្មែរ",
    "a\u0300\u0315\u0327\u031b\u05ae\u0334 \u0ceb\u0cc6\u0cc2\u0cd5",
    "无线蓝牙耳机，降噪！续航４０小时。（黑色）",
    "ノイズキャンセリング　ワイヤレス・ヘッドホン か\u3099 ハ\u309a",
    "Беспроводные НАУШНИКИ е\u0308 и\u0306 ё й",
    "😀😀 👩‍👩‍👧‍👦 🇩🇪🇺🇸 👍🏽 ❤️ ☃︎ 1️⃣",
    "\x00\x01\x1b[0m\x7f\x80\x9f",
    "\ufffd \ufffe \uffff \ufdd0 \U0010ffff \ue000 \U000f0000",
    "\u0378 \u1c89 \ua7cb\ua7dc \U00010d40 \U000105c0 \u0897 \u07fd\u0301",
    "price=$5<10 && x>=3 || !y; // ok? \\n \"quoted\" `code` ~tilde^caret_under",
    "....!!!???---\n\n---===\r\n===",
    "http://example.com/a?b=c&d=%20#e <b>bold</b> &amp; &#39;",
    "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
    "a<|im_end|>b <|im_end|> c<|im_end|><|im_end|>\n",
    "<|im_end <|im_end|<|im_end|>|> |im_end|> <<|im_end|>>",
    "e<|im_end|>\u0301 x\u0301<|endoftext|>\u0323y",
    "<|endoftext|>",
    "<tool> <tool>s <tool><tools> <tool",
    "<note>\u0338 <note> x<note>y",
    "</think> < think> <think >",
    "a" * 300,
    "ab" * 200 + " " + "无线" * 100,
    " " * 100 + "x" + "\n" * 50 + " " * 70,
    "a" + "\u0301\u0323\u0334\u0345\u0315" * 60 + "b",
    "a\u0305\u0301 a\u0301\u0305 a\u0323\u0305\u0302 \u00e1\u0323\u0305",
    "b" + "\u0305\u0302\u0306\u0304\u0323\u0331" * 15 + " a" + "\u0307\u0306\u0301\u0323" * 20,
    "the " * 40,
    "Thequickbrownfoxjumpsoverthelazydogwithoutanyspacesatallinthisverylongwordindeed" * 2,
]

SOURCES = "aeiouäß ÇñéĠĊ  .,'!?-\n\r\t019<|>_/’“”…—　，。 无线耳机シンク한국가ёйяъ😀👍🏽\u0301\u0308\u0323\u0327\u0338\u3099\u200d\ufe0f\u1161\u11a8\u093c\u09be"


def shape(vocabulary_model, added):
    tokenizer = Tokenizer(vocabulary_model)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
        ]
    )
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.add_tokens(added)
    return tokenizer


def control(text, special=True, normalized=False):
    return AddedToken(text, special=special, normalized=normalized)


def trained(size, special_tokens):
    tokenizer = shape(models.BPE(), [])
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=special_tokens,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES * 3, trainer)
    return tokenizer


def main():
    folder = Path(sys.argv[1])
    rng = random.Random(20260101)
    texts = TEXTS + ["".join(rng.choice(SOURCES) for _ in range(rng.randrange(1, 60))) for _ in range(150)]

    plain = json.loads(trained(700, []).to_str())["model"]
    small = shape(
        models.BPE(plain["vocab"], [tuple(merge) for merge in plain["merges"]]),
        [control("<|endoftext|>"), control("<|im_start|>"), control("<|im_end|>")]
        + [control(text, special=False) for text in ("<think>", "</think>")],
    )
    within = trained(620, [control(text) for text in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")])
    within.add_tokens([control("<tool>", False), control("<tool>s", False), control("<note>", False, normalized=True)])

    small_text = json.dumps(json.loads(small.to_str()), ensure_ascii=False)
    trained_file = json.loads(within.to_str())
    # Both ways of writing merges are about; the reference reads either.
    trained_file["model"]["merges"] = [" ".join(merge) for merge in trained_file["model"]["merges"]]
    trained_text = json.dumps(trained_file, ensure_ascii=True)

    expected = {"made_with": {"tokenizers": tokenizers.__version__, "python": sys.version.split()[0]}, "texts": texts}
    normalize, split = normalizers.NFC().normalize_str, pre_tokenizers.Split(Regex(PATTERN), behavior="isolated")
    expected["normalized"] = [normalize(text) for text in texts]
    expected["words"] = [
        [len(word.encode()) for word, _ in split.pre_tokenize_str(text)] for text in expected["normalized"]
    ]
    for name, text in (("small", small_text), ("trained", trained_text)):
        (folder / f"tokenizer-{name}.json").write_text(text + "\n", encoding="utf-8")
        loaded = Tokenizer.from_str(text)
        expected[name] = [loaded.encode(text, add_special_tokens=False).ids for text in texts]
        print(name, loaded.get_vocab_size(), "tokens,", sum(map(len, expected[name])), "ids")
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
