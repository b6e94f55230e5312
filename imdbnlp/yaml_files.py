"""YAML files of settings: a mapping, in which no key may be given twice.

read_yaml(Path("settings.yaml"))["model"]     # 'gbm'
"""

from collections.abc import Mapping
from keyword import iskeyword
from pathlib import Path
from typing import Any

from imdbnlp.errors import UsageError


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping; dashes in its keys count as underscores.

    Raises UsageError if the file cannot be read, is not a mapping, or has a key twice.
    """
    import yaml

    try:
        content = _loader(path)(path.read_text(encoding="utf-8")).get_single_data()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", hint="give the path of a YAML file") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        first = " ".join(str(error).split())
        raise UsageError(f"{path} is not YAML: {first}", hint="for an example: imdbnlp presets nbsvm-imdb") from None
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise UsageError(f"{path} holds {type(content).__name__}, expected `setting: value` lines")
    return {plain_key(key): value for key, value in content.items()}


def plain_key(key: Any) -> str:
    """A key as a setting is called: `min-df` is `min_df`, and `with`, a word of Python, is `with_`."""
    name = str(key).replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


def _loader(path: Path) -> type[Any]:
    """A loader of plain values that refuses a key that is given twice, at any depth."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            lines: dict[str, int] = {}
            for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else []:
                key = plain_key(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
                line = key_node.start_mark.line + 1
                if key not in ("", "<<") and key in lines:
                    raise UsageError(
                        f"{path}, line {line}: '{key_node.value}' is already set in line {lines[key]}",
                        hint="remove one of the two lines",
                    )
                lines[key] = line
            return super().construct_mapping(node, deep)

    return Loader
