"""Writes a report out of a context: what was claimed, what was checked, what follows."""

import re

_OUTCOMES = {
    "allow": "Pay the claim.", "deny": "Decline the claim.", "review": "Have a person decide on the claim.",
}


def fill(prompt):
    """Each property of the schema, written from the context."""
    context = prompt.context if isinstance(prompt.context, dict) else {"context": prompt.context}
    filled = {}
    for name, shape in prompt.schema.get("properties", {}).items():
        filled[name] = _property(name.lower(), shape, context, prompt)
    return filled


def plain(prompt):
    """An answer in prose when no schema was asked for."""
    context = prompt.context if isinstance(prompt.context, dict) else {}
    facts = _facts(context)
    if facts:
        return f"{_headline(context)} {_sentence(facts)} {_recommendation(context)}".strip()
    text = prompt.text
    return " ".join(re.split(r"(?<=[.!?])\s+", text.strip())[:3])[:600]


def _property(name, shape, context, prompt):
    kind = shape.get("type")
    if "title" in name:
        return _headline(context)
    if "recommend" in name or "conclusion" in name:
        return _recommendation(context)
    if "finding" in name or "check" in name:
        return _findings(context)
    if "citation" in name or "clause" in name:
        return _citations(context)
    if "confiden" in name:
        return _confidence(context)
    if "summary" in name or kind == "string":
        return _sentence(_facts(context)) or prompt.goal[:200]
    return {"array": [], "object": {}, "number": 0, "integer": 0, "boolean": False}.get(kind)


def _facts(context):
    """The flattest object of scalars in the context: what the claim says."""
    objects = [v for v in context.values() if isinstance(v, dict)]
    scored = [(sum(1 for v in o.values() if isinstance(v, (str, int, float))), i, o) for i, o in enumerate(objects)]
    return max(scored, key=lambda s: (s[0], -s[1]))[2] if scored else {}


def _headline(context):
    facts = _facts(context)
    number = next((v for k, v in facts.items() if "policy" in k.lower() and isinstance(v, str)), None)
    return f"Claim on policy {number}" if number else "Claim without a policy number"


def _sentence(facts):
    told = [
        f"{_words(k)} {v}" for k, v in facts.items() if isinstance(v, (str, int, float)) and not isinstance(v, bool)]
    absent = [_words(k) for k, v in facts.items() if v is None]
    text = "The documents say: " + ", ".join(told) + "." if told else ""
    return text + (" They do not say: " + ", ".join(absent) + "." if absent else "")


def _findings(context):
    """One line for each checked rule found anywhere in the context."""
    lines = []
    for item in _walk(context):
        if isinstance(item, dict) and isinstance(item.get("ok"), bool) and "rule" in item:
            mark = "holds" if item["ok"] else "fails"
            lines.append(f"{item['rule']} {mark}" + (f": {item['detail']}" if item.get("detail") else ""))
    return lines


def _citations(context):
    """The passages of the context that share the most words with the facts."""
    words = set(re.findall(r"[a-z]{4,}", _sentence(_facts(context)).lower()))
    scored = []
    for item in _walk(context):
        if isinstance(item, dict) and isinstance(item.get("text"), str) and "id" in item:
            shared = words & set(re.findall(r"[a-z]{4,}", item["text"].lower()))
            scored.append((-len(shared), str(item["id"])))
    return [identifier for _, identifier in sorted(scored)[:3]]


def _recommendation(context):
    for item in _walk(context):
        if isinstance(item, dict) and item.get("outcome") in _OUTCOMES:
            return _OUTCOMES[item["outcome"]]
    failed = [line for line in _findings(context) if " fails" in line]
    return "Look at: " + "; ".join(failed) + "." if failed else "Nothing stands against the claim."


def _confidence(context):
    objects = [i for i in _walk(context) if isinstance(i, dict)]
    return min((o["confidence"] for o in objects if isinstance(o.get("confidence"), (int, float))), default=0.5)


def _walk(value):
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from _walk(child)


def _words(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
