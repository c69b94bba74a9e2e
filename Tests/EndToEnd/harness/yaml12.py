"""YAML as the product reads it: `on` and `no` are words in YAML 1.2, not booleans."""

import re

import yaml


class _Loader(yaml.SafeLoader):
    """PyYAML's, which is YAML 1.1, with the booleans of 1.2."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def read(text):
    """The document's value."""
    return yaml.load(text, _Loader)
