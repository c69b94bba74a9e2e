"""Takes a chat apart: what is asked, the context, the documents, and the shape of the answer."""

import json
import re

_CONTEXT = re.compile(r"^Context \(JSON\):\s*$", re.MULTILINE)
_DOCUMENT = re.compile(r"^Document ([^\n]*?):\s*$", re.MULTILINE)
_SCHEMA = re.compile(r"^Answer with JSON that matches this schema:\s*$", re.MULTILINE)


class Prompt:
    """What one request asks."""

    def __init__(self, messages, response_format=None):
        self.system = "\n".join(_text(m) for m in messages if m.get("role") == "system")
        asked = "\n\n".join(_text(m) for m in messages if m.get("role") == "user")
        self.schema = _schema_of(response_format)
        asked, schema_text = _cut(asked, _SCHEMA)
        if schema_text is not None:
            self.schema = _leading_json(schema_text) or self.schema
        marks = list(_DOCUMENT.finditer(asked))
        ends = [m.start() for m in marks[1:]] + [len(asked)]
        self.documents = [asked[m.end():end].strip() for m, end in zip(marks, ends)]
        head = asked[: marks[0].start()] if marks else asked
        head, context_text = _cut(head, _CONTEXT)
        self.context = _leading_json(context_text) if context_text is not None else None
        self.goal = head.strip()

    @property
    def text(self):
        """All that can be read from: the documents, else the question itself."""
        return "\n\n".join(self.documents) if self.documents else self.goal


def _text(message):
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content or ""


def _cut(text, mark):
    """The text before the last such mark, and after it (nothing when there is none)."""
    found = None
    for found in mark.finditer(text):
        pass
    return (text, None) if found is None else (text[: found.start()], text[found.end():])


def _leading_json(text):
    try:
        return json.JSONDecoder().raw_decode(text.strip())[0]
    except ValueError:
        return None


def _schema_of(response_format):
    if isinstance(response_format, dict) and response_format.get("type") == "json_schema":
        return (response_format.get("json_schema") or {}).get("schema")
    return None
