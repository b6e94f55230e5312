"""The six words that NLTK's word tokenizer parts when nothing but letters and digits is left.

    NLTK_CONTRACTIONS["cannot"]     # ('can', 'not')

All its other rules act on punctuation, which the notebook profile has removed by then (NLTKWordTokenizer, its
CONTRACTIONS2 after Robert MacIntyre's Treebank tokenizer).
"""

NLTK_CONTRACTIONS: dict[str, tuple[str, ...]] = {
    "cannot": ("can", "not"),
    "gimme": ("gim", "me"),
    "gonna": ("gon", "na"),
    "gotta": ("got", "ta"),
    "lemme": ("lem", "me"),
    "wanna": ("wan", "na"),
}
