"""Train a sequence-to-sequence model on pairs.

`imdbnlp train-seq2seq --model NAME --help` shows the model's own options.

Example:

    imdbnlp train-seq2seq --model seq2seq-attention
    imdbnlp train-seq2seq --model seq2seq-lstm --units 256 --epochs 10
    imdbnlp train-seq2seq --config configs/seq2seq-transformer.yaml
"""

from imdbnlp.commands._training import options_of, train_and_show
from imdbnlp.models.registry import own_models

options_for = options_of(own_models("translation"), "sequence-to-sequence model")
train_seq2seq = train_and_show
