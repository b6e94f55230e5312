"""Train a neural network; `train` for the Keras models alone.

`imdbnlp train-keras --model NAME --help` shows the network's own options.

Example:

    imdbnlp train-keras --model average --vocabulary-size 3000
    imdbnlp train-keras --model lstm --embeddings w2v --units 96
    imdbnlp train-keras --preset attention-imdb
"""

from imdbnlp.commands._training import options_of, train_and_show
from imdbnlp.models.registry import own_models

options_for = options_of(own_models("classification", library="TensorFlow"), "network")
train_keras = train_and_show
