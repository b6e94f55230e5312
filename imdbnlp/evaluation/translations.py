"""What translations are worth, by sacreBLEU: figures that can be compared with published ones.

    translation_metrics(["a man sleeps."], ["a man is sleeping."], lowercase=True)
    # {"bleu": …, "chrf": …, "signature": "nrefs:1|case:lc|eff:no|tok:13a|smooth:exp|version:2.6.0"}

Sources: Papineni et al. 2002 (BLEU), Popović 2015 (chrF), Post 2018 (sacreBLEU).
"""

from collections.abc import Sequence
from typing import Any

from imdbnlp.errors import check_not_a_string


def translation_metrics(translations: Sequence[str], references: Sequence[str], lowercase: bool) -> dict[str, Any]:
    """BLEU and chrF, 0 to 100, of all translations together.  lowercase: case does not count.

    signature: how BLEU was computed, as sacreBLEU states it.
    """
    check_not_a_string(translations, "translations")
    check_not_a_string(references, "references")
    from sacrebleu.metrics import BLEU, CHRF

    bleu = BLEU(lowercase=lowercase, force=True)
    chrf = CHRF(lowercase=lowercase)
    score = bleu.corpus_score(list(translations), [list(references)]).score
    return {
        "n_pairs": len(translations),
        "bleu": round(float(score), 2),
        "chrf": round(float(chrf.corpus_score(list(translations), [list(references)]).score), 2),
        "signature": str(bleu.get_signature()),
    }
