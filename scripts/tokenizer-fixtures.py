"""Makes tests/fixtures/tokenizers: small tokenizers of every family, and what the reference makes of some texts.

    pip install tokenizers==0.23.3 && python3 scripts/tokenizer-fixtures.py [--out FOLDER] [--vocabulary N] [--texts N]

The reference is the `tokenizers` package. Models are trained on Python's own sources and on the sentences below. The
trainers break ties by chance, so another run makes other tokenizers. With a larger --vocabulary and more --texts it
makes a larger comparison for `scripts/check-tokenizers.ts`; with --tokenizer, one of a tokenizer.json at hand.
"""

import argparse
import gzip
import json
import pathlib
import random
import struct
import sysconfig

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

GPT4_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)

SENTENCES = [
    "The quick brown fox can't jump over the lazy dog's back; we'll see, I'M sure they'd say.",
    "北京的春天很短,但是很美。我们去长城走了一天,天气很好。", "東京の夜は明るい。カタカナとひらがな、漢字が混ざる。",
    "서울의 밤거리는 언제나 밝고 사람들로 가득하다.", "اللغة العربية جميلة جدا، وَالْكِتَابُ مَفْتُوحٌ.",
    "हिन्दी में लिखना आसान है, क्षत्रिय और ज्ञान।", "Жили-были дед да баба. Ёлка стоит в углу!",
    "Ελληνικά: ΟΔΥΣΣΕΥΣ και οδός", "ภาษาไทยไม่มีช่องว่างระหว่างคำ", "Việt Nam đẹp lắm", "שלום עולם, בְּרֵאשִׁית",
    "naïve café, e\u0301a\u0308o\u0327 (combining), ﬁ ﬂ Ⅷ ½ ㎏ ＦＵＬＬ　ｗｉｄｔｈ ａｂｃ", "İstanbul'da ığüşöç ß ẞ ǅ",
    "👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️ ☺ 🏴‍☠️ 1️⃣", "x = {'a': [1, 2.5e-3, 0xFF], \"b\": None}\n\tif x != y:\n\t\treturn  x\r\n",
    "  leading, trailing  ", "a  b   c    d\n\n\n e\t\tf", "1234567890 1,000.00 3.14159 ٣٤٥ ④",
    "https://example.org/a?b=c&d=%20#e @user #tag", "____ ---- ==== ???!!! ... /*--*/ <!-- -->",
    "\u200bzero\u200dwidth\ufeff\u00a0space\u2028line\u0085next\u3000wide", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𠀀𪛖 \U0010ffff \ue000",
    "▁under▁score ##hash <0x0A> <unk> [UNK] Ġ </w>", "\x00\x01\x7f control",
]
SPECIAL = ["<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>", "[CLS]", "[SEP]", "<|endoftext|>", "<mask>", "toolcall"]


def corpus(chars):
    folder = pathlib.Path(sysconfig.get_path("stdlib"))
    text = "".join(path.read_text("utf8", "ignore") for path in sorted(folder.glob("[a-d]*.py")))
    return [line + "\n" for line in text[:chars].split("\n")] + SENTENCES * 40


def texts(count, lines, seed=7):
    """Sentences, sources, and mixtures of both cut anywhere, some with special tokens inside."""
    pick = random.Random(seed)
    made = ["", " ", "\n", "a", "é", "👩‍👩‍👧", *SENTENCES]
    while len(made) < count:
        parts = []
        for _ in range(pick.randint(1, 4)):
            source = pick.choice(SENTENCES) if pick.random() < 0.6 else pick.choice(lines)
            start = pick.randrange(max(1, len(source)))
            parts.append(source[start : start + pick.randint(1, 40)])
            if pick.random() < 0.12:
                parts.append(pick.choice(SPECIAL))
            if pick.random() < 0.05:
                parts.append(chr(pick.choice([pick.randrange(0x20, 0xD800), pick.randrange(0x10000, 0x30000)])))
        made.append(pick.choice(["", "", " "]).join(parts))
    return made[:count]


def byte_level_gpt2():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    return t, dict(kind="bpe", special=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())


def byte_level_prefix():
    t, options = byte_level_gpt2()
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    t.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    lstrip = AddedToken("<mask>", lstrip=True, rstrip=False, special=True)
    return t, options | dict(special=["<s>", "</s>", lstrip], added=[AddedToken("toolcall", single_word=True)])


def byte_level_llama3():
    t = Tokenizer(models.BPE(ignore_merges=True))
    split = pre_tokenizers.Split(Regex(GPT4_SPLIT), "isolated")
    t.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(False, use_regex=False)])
    t.decoder = decoders.ByteLevel()
    t.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 0)])
    special = ["<s>", "<|im_start|>", "<|im_end|>"]
    return t, dict(kind="bpe", special=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())


def byte_level_qwen():
    t, options = byte_level_llama3()
    split = pre_tokenizers.Split(Regex(GPT4_SPLIT.replace("{1,3}", "")), "isolated")
    t.model = models.BPE()
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(False, use_regex=False)])
    return t, options | dict(special=["<|endoftext|>", "<|im_start|>", "<|im_end|>"], post_processor=None)


def byte_level_deepseek():
    t, options = byte_level_gpt2()
    splits = [Regex(r"\p{N}{1,3}"), Regex("[一-龥぀-ゟ゠-ヿ]+")]
    words = Regex(r"[!-/:-~]?[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+")
    stages = [pre_tokenizers.Split(pattern, "isolated") for pattern in [*splits, words]]
    t.pre_tokenizer = pre_tokenizers.Sequence([*stages, pre_tokenizers.ByteLevel(False, use_regex=False)])
    return t, options


def bytes_of_fallback():
    return [f"<0x{byte:02X}>" for byte in range(256)]


def fallback_llama2():
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    rest = [decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), *rest])
    return t, dict(kind="bpe", words="▁", special=["<unk>", "<s>", "</s>", *bytes_of_fallback()], unspecial=True)


def fallback_gemma():
    t, options = fallback_llama2()
    t.normalizer = normalizers.Replace(" ", "▁")
    t.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    return t, options


def fallback_mistral():
    t, options = fallback_llama2()
    t.normalizer = None
    t.pre_tokenizer = pre_tokenizers.Metaspace("▁", "first", split=False)
    return t, options


def end_of_word():
    t = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation()])
    t.decoder = decoders.BPEDecoder()
    return t, dict(kind="bpe", special=["<unk>"], end_of_word_suffix="</w>")


def unigram_nfkc():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    t.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    return t, dict(kind="unigram", special=["<unk>", "</s>"], unk_token="<unk>")


def charsmap():
    """A precompiled map as SentencePiece makes them, of a few characters: a double-array trie, then the results."""
    pairs = {"ﬁ": "fi", "½": "1⁄2", "　": " ", "Ａ": "A", "é": "e", "e\u0301": "e", "\t": " ", "\u200b": "", "ㅎ": "h"}
    blob, offsets = b"", {}
    for source, result in pairs.items():
        offsets[source.encode()] = len(blob)
        blob += result.encode() + b"\0"
    units, used = {0: 0}, {0}

    def place(node, keys, depth):
        labels = sorted({key[depth] if depth < len(key) else 0 for key in keys})
        # An offset of a multiple of 256 fits any set of labels; its block is this node's alone.
        base = 256 * (max(used) // 256 + 1)
        used.add(base)
        units[node] |= ((base ^ node) << 10) | (256 if 0 in labels else 0)
        for label in labels:
            under = [key for key in keys if (key[depth] if depth < len(key) else 0) == label]
            units[base ^ label] = label if label else offsets[under[0]] | (1 << 31)
        for label in filter(None, labels):
            place(base ^ label, [key for key in keys if depth < len(key) and key[depth] == label], depth + 1)

    place(0, list(offsets), 0)
    array = [units.get(index, 0) for index in range(max(used) + 256)]
    trie = struct.pack(f"<{len(array)}I", *array)
    return struct.pack("<I", len(trie)) + trie + blob


def unigram_precompiled():
    t, options = unigram_nfkc()
    t.normalizer = normalizers.Sequence([normalizers.Precompiled(charsmap()), normalizers.Strip(False, True)])
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    return t, options


def unigram_fallback():
    t, options = unigram_nfkc()
    t.normalizer = normalizers.Replace(" ", "▁")
    t.pre_tokenizer = None
    return t, options | dict(special=["<unk>", "</s>", *bytes_of_fallback()], byte_fallback=True, words="▁")


def wordpiece_uncased():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    t.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    return t, dict(kind="wordpiece", special=["[UNK]", "[CLS]", "[SEP]"], limit_alphabet=400)


def wordpiece_cased():
    t, options = wordpiece_uncased()
    t.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(True)])
    return t, options


def word_level():
    t = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    t.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(False)])
    return t, dict(kind="wordlevel", special=["[UNK]", "[CLS]", "[SEP]"])


MAKERS = [
    byte_level_gpt2, byte_level_prefix, byte_level_llama3, byte_level_qwen, byte_level_deepseek, fallback_llama2,
    fallback_gemma, fallback_mistral, end_of_word, unigram_nfkc, unigram_precompiled, unigram_fallback,
    wordpiece_uncased, wordpiece_cased, word_level,
]
TRAINERS = dict(
    bpe=trainers.BpeTrainer, unigram=trainers.UnigramTrainer, wordpiece=trainers.WordPieceTrainer,
    wordlevel=trainers.WordLevelTrainer,
)


def train(tokenizer, options, size, lines):
    """Words are cut at the marker while training, as in SentencePiece; the tokenizer itself may not cut at all."""
    known = ["initial_alphabet", "end_of_word_suffix", "limit_alphabet", "unk_token"]
    arguments = {name: options[name] for name in known if name in options}
    if options["kind"] == "bpe" and "initial_alphabet" not in options:
        arguments["limit_alphabet"] = min(size // 3, 2000)
    trainer = TRAINERS[options["kind"]](
        vocab_size=size, special_tokens=options["special"], show_progress=False, **arguments
    )
    own = tokenizer.pre_tokenizer
    if "words" in options:
        tokenizer.pre_tokenizer = pre_tokenizers.Split(options["words"], "merged_with_next")
    tokenizer.train_from_iterator(lines, trainer)
    state = json.loads(tokenizer.to_str())
    state["pre_tokenizer"] = json.loads(own.__getstate__()) if own is not None else None
    if options.get("unspecial") or options.get("byte_fallback"):
        state["added_tokens"] = [token for token in state["added_tokens"] if not token["content"].startswith("<0x")]
    if options.get("byte_fallback"):
        state["model"]["byte_fallback"] = True
    if "post_processor" in options:
        state["post_processor"] = None
    done = Tokenizer.from_str(json.dumps(state))
    done.add_tokens(options.get("added", []))
    return done


def compact(tokenizer):
    state = json.loads(tokenizer.to_str())
    if "merges" in state["model"]:
        merges = state["model"]["merges"]
        # Half of them in the older way of writing, which has no room for tokens with a space in them.
        if len(merges) % 2 == 0 and not any(" " in part for pair in merges for part in pair):
            state["model"]["merges"] = [" ".join(pair) for pair in merges]
    return state


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("tests/fixtures/tokenizers"))
    parser.add_argument("--vocabulary", type=int, default=700)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--corpus", type=int, default=200_000, help="characters of source to train on")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="only give expected ids of this tokenizer.json")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    lines = corpus(given.corpus)
    samples = texts(given.texts, lines)
    dump(given.out / "texts.json.gz", samples)
    if given.tokenizer is not None:
        tokenizer = Tokenizer.from_file(str(given.tokenizer))
        state = json.loads(given.tokenizer.read_text("utf8"))
        return dump(given.out / f"{given.tokenizer.stem}.json.gz", expected(state, tokenizer, samples))
    for make in MAKERS:
        tokenizer, options = make()
        tokenizer = train(tokenizer, options, given.vocabulary, lines)
        dump(given.out / f"{make.__name__}.json.gz", expected(compact(tokenizer), tokenizer, samples))


def expected(state, tokenizer, samples):
    surrounding = len(tokenizer.encode("a").ids) - len(tokenizer.encode("a", add_special_tokens=False).ids)
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in samples]
    return {"tokenizer": state, "surrounding": surrounding, "ids": ids}


def dump(path, value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
