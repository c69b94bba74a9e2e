"""Fills the asked schema: facts out of documents, or a report out of the context."""

import json
import re

from . import reading, report


def answer(prompt):
    """The text of the model's answer to a prompt."""
    if prompt.schema is None:
        return report.plain(prompt)
    filled = _extract(prompt) if prompt.documents else report.fill(prompt)
    return json.dumps(filled, ensure_ascii=False)


def _extract(prompt):
    """Reads each property of the schema out of the documents; null and named as missing when it is not there."""
    text = prompt.text
    properties = prompt.schema.get("properties", {})
    values, sureness, contradictions = {}, [], []
    for name, shape in properties.items():
        concept = _concept(name, shape)
        if concept in ("confidence", "missing", "contradictions", "summary"):
            continue
        findings = _findings(text, concept, name, shape)
        values[name] = _shaped(findings[0].value, concept, shape) if findings else None
        if name not in prompt.schema.get("required", list(properties)):
            continue
        if concept != "currency":
            sureness.append(findings[0].confidence if findings else 0.4)
        if len(findings) > 1 and concept in ("policy", "date", "amount"):
            told = [str(_shaped(f.value, concept, shape)) for f in findings]
            contradictions.append(f"{name}: {' or '.join(told)}")
    missing = [n for n in prompt.schema.get("required", []) if n in values and values[n] is None]
    confidence = min(sureness, default=0.5) - (0.4 if contradictions else 0.0)
    for name, shape in properties.items():
        match _concept(name, shape):
            case "confidence":
                values[name] = round(max(confidence, 0.05), 2)
            case "missing":
                values[name] = missing
            case "contradictions":
                values[name] = contradictions
            case "summary":
                values[name] = " ".join(reading.sentences(text)[:2])[:300]
    return {name: values[name] for name in properties}


def _concept(name, shape):
    """What a property is about, from its name first and its description second."""
    for words in (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower(), str(shape.get("description", "")).lower()):
        for concept, pattern in (
            ("confidence", r"confiden|certain"), ("missing", r"missing|absent"), ("contradictions", r"contradict"),
            ("currency", r"currency"), ("policy", r"policy"), ("date", r"date|day"),
            ("amount", r"amount|damage|cost|sum\b"), ("cause", r"cause|peril"),
            ("claimant", r"claimant|policyholder|insured|name"), ("region", r"region|country"),
            ("summary", r"summary"),
        ):
            if re.search(pattern, words):
                return concept
    return name


def _findings(text, concept, name, shape):
    match concept:
        case "policy":
            return reading.find(text, "policy", reading.policies)
        case "date":
            return reading.find(text, "date", reading.dates)
        case "amount" | "currency":
            return reading.find(text, "amount", reading.amounts)
        case "claimant":
            return _claimant(text)
        case "cause":
            return _word(text, concept, reading.CAUSES, shape)
        case "region":
            return _word(text, concept, reading.REGIONS, shape)
    values = reading.labelled(text, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    return [reading.Finding(v.strip(), 0.9) for v in values[:1]]


def _claimant(text):
    for value in reading.labelled(text, "claimant"):
        found = reading.names(value)
        if found:
            return [reading.Finding(found[0], 0.97)]
    for pattern in (
        r"[Mm]y name is ([^.,\n]+)", r"\bI, ([^,\n]+),", r"(?:sincerely|regards|faithfully),?\s*\n+\s*([^\n,]+)"
    ):
        match = re.search(pattern, text)
        found = reading.names(match[1]) if match else []
        if found:
            return [reading.Finding(found[0], 0.88)]
    return []


def _word(text, concept, table, shape):
    """A word out of a list: from a label when one is there, else what the whole text speaks of most."""
    allowed = shape.get("enum")
    for value in reading.labelled(text, concept):
        word, _ = reading.best_word(value, table, allowed)
        if word:
            return [reading.Finding(word, 0.96)]
    word, count = reading.best_word(text, table, allowed)
    return [reading.Finding(word, 0.93 if count > 1 else 0.86)] if word else []


def _shaped(value, concept, shape):
    if isinstance(value, reading.Money):
        value = value.currency if concept == "currency" else value.amount
    kinds = shape.get("type", [])
    if "integer" in ([kinds] if isinstance(kinds, str) else kinds) and isinstance(value, float):
        value = round(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
