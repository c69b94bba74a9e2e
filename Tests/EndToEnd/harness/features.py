"""Reads `.feature` files: as much of Gherkin as the specification's kit uses, and tags."""

import dataclasses
import pathlib
import re
import textwrap

from .stack import ROOT


@dataclasses.dataclass
class Step:
    """One line of a scenario, with the text that stands below it, if any."""

    line: int
    text: str
    document: str | None = None
    kind: str = ""


@dataclasses.dataclass
class Scenario:
    """Steps in order. `tags` are without `@`."""

    folder: pathlib.Path
    file: str
    name: str
    tags: set
    steps: list

    def __str__(self):
        return f"{self.file}: {self.name}"


def scenarios(path):
    """The scenarios of one file."""
    found, tags, feature_tags, document = [], set(), set(), None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.strip()
        if document is not None:
            if text.startswith('"""'):
                found[-1].steps[-1].document = textwrap.dedent("\n".join(document))
                document = None
            else:
                document.append(line)
        elif text.startswith('"""'):
            document, found[-1].steps[-1].kind = [], text.removeprefix('"""').strip()
        elif text.startswith("@"):
            tags |= {tag.removeprefix("@") for tag in text.split()}
        elif text.startswith("Feature:"):
            feature_tags, tags = tags, set()
        elif text.startswith("Scenario:"):
            found.append(Scenario(path.parent, path.name, text.removeprefix("Scenario:").strip(), feature_tags | tags, []))
            tags = set()
        elif found and text.split(" ", 1)[0] in ("Given", "When", "Then", "And", "But"):
            found[-1].steps.append(step(number, text.split(" ", 1)[1].removeprefix("given ")))
    return found


def step(number, text):
    """A step; one that names a file is as if the file stood below it."""
    if named := re.fullmatch("(the|another) workflow in '(.+)'", text):
        article = "a" if named[1] == "the" else named[1]
        return Step(number, f"{article} workflow with definition:", (ROOT / "Tests/Conformance" / named[2]).read_text(), "yaml")
    return Step(number, text)
