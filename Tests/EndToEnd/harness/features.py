"""Reads `.feature` files: as much of Gherkin as the specification's kit uses, and tags."""

import dataclasses
import pathlib
import textwrap


@dataclasses.dataclass
class Step:
    """One line of a scenario, with the text that stands below it, if any."""

    line: int
    text: str
    document: str | None = None


@dataclasses.dataclass
class Scenario:
    """Steps in order. `tags` are without `@`."""

    file: str
    name: str
    tags: set
    steps: list

    def __str__(self):
        return f"{self.file}: {self.name}"


def scenarios(path):
    """The scenarios of one file."""
    found, tags, feature_tags, document = [], set(), set(), None
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        text = line.strip()
        if document is not None:
            if text.startswith('"""'):
                found[-1].steps[-1].document = textwrap.dedent("\n".join(document))
                document = None
            else:
                document.append(line)
        elif text.startswith('"""'):
            document = []
        elif text.startswith("@"):
            tags |= {tag.removeprefix("@") for tag in text.split()}
        elif text.startswith("Feature:"):
            feature_tags, tags = tags, set()
        elif text.startswith("Scenario:"):
            found.append(Scenario(pathlib.Path(path).name, text.removeprefix("Scenario:").strip(), feature_tags | tags, []))
            tags = set()
        elif found and text.split(" ", 1)[0] in ("Given", "When", "Then", "And", "But"):
            wording = text.split(" ", 1)[1]
            found[-1].steps.append(Step(number, wording.removeprefix("given ")))
    return found
