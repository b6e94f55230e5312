"""BLEU and chrF are sacreBLEU's."""

import sacrebleu

from imdbnlp.evaluation.translations import translation_metrics

ANSWERS = ["A man is asleep.", "two dogs run on the beach."]
REFERENCES = ["a man is sleeping.", "two dogs are running on a beach."]


def test_a_true_answer_has_a_hundred() -> None:
    metrics = translation_metrics(REFERENCES, REFERENCES, lowercase=True)
    assert (metrics["bleu"], metrics["chrf"], metrics["n_pairs"]) == (100, 100, 2)


def test_the_figures_are_those_of_the_library() -> None:
    metrics = translation_metrics(ANSWERS, REFERENCES, lowercase=True)
    expected = sacrebleu.corpus_bleu(ANSWERS, [REFERENCES], lowercase=True).score
    assert metrics["bleu"] == round(expected, 2)
    assert "case:lc" in metrics["signature"]


def test_case_counts_where_it_was_kept() -> None:
    assert translation_metrics(["A dog is here."], ["a dog is here."], lowercase=False)["bleu"] < 100
    assert translation_metrics(["A dog is here."], ["a dog is here."], lowercase=True)["bleu"] == 100
