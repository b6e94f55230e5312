"""Words that NLTK's tokenizer parts, when nothing but a-z, 0-9 and spaces is left in a text.

    NLTK_CONTRACTIONS.get("cannot", ("cannot",))     # ('can', 'not')

All its other rules want punctuation, quotes or an apostrophe.
Source: Robert MacIntyre's Penn Treebank tokenizer, as NLTK's NLTKWordTokenizer carries it.
"""

NLTK_CONTRACTIONS: dict[str, tuple[str, ...]] = {
    "cannot": ("can", "not"),
    "gimme": ("gim", "me"),
    "gonna": ("gon", "na"),
    "gotta": ("got", "ta"),
    "lemme": ("lem", "me"),
    "wanna": ("wan", "na"),
}
