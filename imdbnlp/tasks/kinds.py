"""The kinds of tasks, found by the name that a model's class states.

task_of("nbsvm")                    # Classification
TASKS["translation"]                # Translation
"""

from imdbnlp.models.registry import model_class
from imdbnlp.tasks.base import Task
from imdbnlp.tasks.classification import Classification
from imdbnlp.tasks.translation import Translation

TASKS: dict[str, type[Task]] = {task.name: task for task in (Classification, Translation)}


def task_of(model: str) -> type[Task]:
    """The task that a model is for.  Raises UsageError if there is no such model."""
    return TASKS[model_class(model).task]
