"""What the name of a column says about its content.

text_score("reviewText"), label_score("Sentiment (label)")     # (0.95, 1.0)
text_score("review_id")                                        # -1.0: an identifier
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_FOREIGN_TEXT_WORDS = (
    "texto texte testo tekst metin kommentar comentario comentário commentaire avis reseña resena recensione rezension "
    "beitrag nachricht mensaje mensagem yorum opinia recenzja отзыв текст комментарий сообщение 리뷰 텍스트 문장 댓글 "
    "내용 评论 文本 内容 评价 句子 評論 內容 レビュー テキスト 本文 文章 コメント نص"
)
_FOREIGN_LABEL_WORDS = (
    "etiqueta étiquette klasse kategorie categoría categoria catégorie sentimiento sentimento stimmung метка класс "
    "категория тональность 라벨 레이블 감성 분류 标签 类别 情感 標籤 類別 ラベル カテゴリ 感情 etiket duygu"
)
_DATA_WORDS = (
    "id ids uuid key url uri link date time timestamp datetime year month day count counts length len num number n "
    "index idx hash path file filename lang language version"
)
_TEXT_WORDS: Mapping[str, float] = {
    **dict.fromkeys(("review", "text", "sentence", "comment", "tweet", "utterance"), 1.0),
    **dict.fromkeys(("document", "content", "message", "body", "sms", "lyrics", "transcript", "passage"), 0.95),
    **dict.fromkeys(_FOREIGN_TEXT_WORDS.split(), 0.95),
    **dict.fromkeys(("post", "abstract", "article", "paragraph", "narrative", "phrase", "reply"), 0.9),
    **dict.fromkeys(("description", "question", "feedback", "complaint"), 0.8),
    **dict.fromkeys(("query", "answer", "story", "email", "request", "news"), 0.7),
    **dict.fromkeys(("headline", "summary"), 0.55),
    **dict.fromkeys(("title", "subject"), 0.45),
}
_LABEL_WORDS: Mapping[str, float] = {
    **dict.fromkeys(("sentiment", "label", "target", "class", "category", "polarity"), 1.0),
    **dict.fromkeys(("rating", "star", "topic", "emotion", "intent", "y", "group"), 0.95),
    **dict.fromkeys(_FOREIGN_LABEL_WORDS.split(), 0.95),
    **dict.fromkeys(("overall", "genre", "tag", "score", "stance", "mood"), 0.8),
}
_NEVER = frozenset(_DATA_WORDS.split())
_NEVER_TEXT = _NEVER | {
    "author", "user", "username", "name", "location", "type", "source", "score", "keyword", "keywords", "age",
    "gender", "price", "city", "country", "sex",
}  # fmt: skip
_NEVER_LABEL = _NEVER | {
    "confidence", "probability", "prob", "annotator", "author", "user", "username", "gold", "age", "price",
}  # fmt: skip
_PLURALS = {"categories": "category", "classes": "class", "stories": "story", "queries": "query", "replies": "reply"}
_NO_NAME = re.compile(r"(unnamed: ?\d+(_level_\d+)?|index|row|__index_level_\d+__)?", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS = re.compile(r"[\W_]+")


def is_index_name(name: str) -> bool:
    """Whether programs give this name to a column of row numbers; an empty name is one."""
    return bool(_NO_NAME.fullmatch(name.strip()))


def folded_name(name: str) -> str:
    """The name without case, spaces, underscores, punctuation and invisible characters."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name).casefold())


def matching(columns: Sequence[str], name: str) -> list[int]:
    """The positions of the columns with this name: exact, or else apart from case, spaces and punctuation."""
    exact = [place for place, column in enumerate(columns) if column == name.strip()]
    folded = folded_name(name)
    return exact or [place for place, column in enumerate(columns) if folded and folded_name(column) == folded]


def text_score(name: str) -> float:
    """0 to 1, how strongly this name suggests texts; -1 if it suggests something else."""
    return _score(_words(name), _TEXT_WORDS, _LABEL_WORDS, _NEVER_TEXT)


def label_score(name: str) -> float:
    """0 to 1, how strongly this name suggests labels; -1 if it suggests something else."""
    words = _words(name)
    score = _score(words, _LABEL_WORDS, _TEXT_WORDS, _NEVER_LABEL)
    return 0.7 if score == 0 and len(words) > 1 and words[0] in ("is", "has") else score


def is_text_name(name: str) -> bool:
    """Whether a column with this name is never used for labels because of its content."""
    return text_score(name) > max(0.5, label_score(name))


def _words(name: str) -> list[str]:
    spaced = unicodedata.normalize("NFKC", _CAMEL.sub(" ", name)).casefold()
    words = [word for word in _SEPARATORS.split(spaced) if word and not word.isdigit()]
    return [_PLURALS.get(word, word) for word in words]


def _score(words: list[str], wanted: Mapping[str, float], others: Mapping[str, float], never: frozenset[str]) -> float:
    if not words:
        return 0.0
    weights = [max(wanted.get(word, 0.0), wanted.get(word.removesuffix("s"), 0.0)) for word in words]
    if words[-1] in never and not (weights[-1] and len(words) == 1):
        return -1.0
    best = max(weights)
    if len(words) == 1:
        return best
    if all(weights):
        return 0.95 * best if wanted is _TEXT_WORDS else best
    last = 0.9 if weights[-1] else 0.8
    return best * last * (0.5 if any(word in others for word in words) else 1.0)
