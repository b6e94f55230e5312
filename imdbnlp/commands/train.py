"""Train a model, calibrate and test it, keep it as a run.

`imdbnlp train --model NAME --help` shows the model's own options.

Example:

    imdbnlp train --model nbsvm
    imdbnlp train --model linear --ngrams 1-2 --min-df 2 --cost 10
    imdbnlp train --model nbsvm --folds 5
    imdbnlp train --config configs/gbm.yaml
"""

from imdbnlp.commands._training import options_of, train_and_show
from imdbnlp.models.registry import model_names

options_for = options_of(model_names())
train = train_and_show
