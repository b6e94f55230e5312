"""Train gradient-boosted trees; short for `train --model gbm`.

Example:

    imdbnlp train-gbm --method count --max-features 1000
    imdbnlp train-gbm --preset gbm-imdb
"""

from imdbnlp.commands._training import options_of, train_and_show

options_for = options_of(["gbm"])
train_gbm = train_and_show
