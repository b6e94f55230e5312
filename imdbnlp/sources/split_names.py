"""The splits of a dataset: train, valid, test and unlabelled, and the names that columns and folders use for them.

PART_NAMES["validation"]      # "valid"
"""

TRAIN, VALID, TEST, UNLABELLED = "train", "valid", "test", "unlabelled"
PART_NAMES = {
    "train": TRAIN, "training": TRAIN,
    "valid": VALID, "validation": VALID, "val": VALID, "dev": VALID,
    "test": TEST, "testing": TEST,
}  # fmt: skip
"""The split that each accepted name means."""
