"""Finds facts in a text: dates, amounts of money, numbers of policies, names. Each with how sure it is."""

import re
from dataclasses import dataclass

MONTHS = {name: i % 12 + 1 for i, name in enumerate(
    "january february march april may june july august september october november december "
    "januar februar mars april mai juni juli august september oktober november desember".split())}

# How a fact is introduced on a form, most telling first.
LABELS = {
    "policy": ["policy number", "policy no", "policy ref", "policy id", "policy"],
    "date": ["date of incident", "incident date", "date of loss", "loss date", "date of damage", "date of accident"],
    "amount": [
        "damage amount", "amount claimed", "total claimed", "claim amount", "estimated damage", "total damage",
        "repair cost", "damage", "total", "amount"],
    "claimant": ["claimant", "name of claimant", "policyholder", "policy holder", "insured", "name"],
    "cause": ["cause of damage", "cause of loss", "cause", "type of loss", "what happened"],
    "region": ["region", "country", "market"],
}
# Sentences of prose that are likely to hold the fact, and those that are not.
HINTS = {
    "date": (
        r"happen|occur|incident|on the night|collid|struck|hit |broke|burst|stole|leak|storm|fire|flood|notice|discov",
        r"report(ed)? (to|on)|submitted|signed|today|policy (runs|period|valid)|insured since|date of (report|birth)|"
        r"claim form|received|invoice date"),
    "amount": (
        r"claim|damage|repair|cost|estimat|total|invoice|replace|quot",
        r"deductible|excess|sum insured|limit|cover(ed)? up|premium|deposit"),
}
CAUSES = {
    "storm": r"storm|gale|hurricane|strong wind|blew|fallen tree|hail",
    "water": r"burst pipe|water leak|leak(ed|ing)? (from|in|of)|pipe|washing machine|dishwasher|boiler",
    "fire": r"\bfire\b|burn|smoke|short circuit|candle",
    "theft": r"theft|stole|burgl|broke in|break-in|robbed",
    "collision": r"collision|collid|crash|rear-ended|ran into|road accident|skidd",
    "flood": r"\bflood|river (rose|burst)|storm surge",
    "wear": r"wear and tear|gradual|rust|corrosion|rot\b|over (the )?years|old age",
}
REGIONS = {
    "eu-north": r"norway|norge|sweden|denmark|finland|\bNOK\b|\bSEK\b|\bDKK\b|oslo|bergen|troms|stavanger|trondheim|"
    r"bod(ø|o)\b|eu-north|\bEN-",
    "uk": r"united kingdom|england|scotland|wales|\bGBP\b|£|london|leeds|york\b|hull\b|bristol|cardiff|glasgow|\bUK\b",
}
SIGNS = {"£": "GBP", "€": "EUR", "$": "USD", "kr": "NOK"}

_DATE = re.compile(
    r"\b(\d{4})-(\d{2})-(\d{2})\b"
    r"|\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b"
    r"|\b(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?([A-Za-zæøå]{3,9}),?\s+(\d{4})\b"
    r"|\b([A-Za-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_NUMBER = r"\d{1,3}(?:[ \u00a0.,']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?P<before>£|€|\$|\b(?:NOK|SEK|DKK|EUR|GBP|USD)\b)\s*(?P<a>{_NUMBER})"
    rf"|(?P<b>{_NUMBER})\s*(?P<after>£|€|\bkr\b|\b(?:NOK|SEK|DKK|EUR|GBP|USD)\b)")
_POLICY = re.compile(r"\b[A-Z]{2,5}(?:-[A-Z]{2,8})?-\d{4,8}\b")
_NAME = r"[A-ZÆØÅ][\w'’-]+(?: [A-ZÆØÅ][\w'’.-]*){1,3}"


@dataclass(frozen=True)
class Finding:
    """A value, how it was found, and how sure that makes it."""

    value: object
    confidence: float


@dataclass(frozen=True)
class Money:
    """An amount in a currency."""

    amount: float
    currency: str


def dates(text):
    """All dates in a text, as ISO 8601; 03/04/2026 is read day first, as Europe writes it."""
    found = []
    for m in _DATE.finditer(text):
        if m[1]:
            year, month, day = int(m[1]), int(m[2]), int(m[3])
        elif m[4]:
            day, month, year = int(m[4]), int(m[5]), int(m[6])
        elif m[7]:
            day, month, year = int(m[7]), MONTHS.get(_month(m[8]), 0), int(m[9])
        else:
            month, day, year = MONTHS.get(_month(m[10]), 0), int(m[11]), int(m[12])
        if 1 <= month <= 12 and 1 <= day <= 31:
            found.append(f"{year:04d}-{month:02d}-{day:02d}")
    return found


def amounts(text):
    """All amounts of money in a text, with thousands marks and decimals as written in either custom."""
    found = []
    for m in _AMOUNT.finditer(text):
        sign = m["before"] or m["after"]
        found.append(Money(_number(m["a"] or m["b"]), SIGNS.get(sign, sign)))
    return found


def policies(text):
    """All that looks like the number of a policy."""
    return [m[0] for m in _POLICY.finditer(text)]


def names(text):
    """The names of people in a labelled value: two to four capitalised words."""
    return [m.strip(" .") for m in re.findall(_NAME, text)]


def labelled(text, concept):
    """The values on the lines of a form that begin with a label of the concept, the best label first."""
    for label in LABELS.get(concept, [concept]):
        pattern = rf"^\W*{re.escape(label)}(?:\s*\([^)\n]*\))?[ \t]*[.:\-–][ \t]*[:.]?[ \t]*(\S[^\n]*)$"
        values = re.findall(pattern, text, re.IGNORECASE | re.MULTILINE)
        if values:
            return values
    return []


def find(text, concept, read):
    """All distinct findings of a concept: from labels (sure), else from sentences that hint at it (less sure)."""
    sure = [v for value in labelled(text, concept) for v in read(value)[:1]]
    wanted, unwanted = HINTS.get(concept, (r".", r"(?!)"))
    prose = [
        s for s in sentences(text)
        if re.search(wanted, s, re.IGNORECASE) and not re.search(unwanted, s, re.IGNORECASE)]
    told = [v for sentence in prose for v in read(sentence)]
    if sure:
        return [Finding(v, 0.97) for v in _distinct(sure + (told if concept == "date" else []))]
    return [Finding(v, 0.85) for v in _distinct(told)]


def best_word(text, table, allowed=None):
    """The key of a table of patterns that the text speaks of most, and how often."""
    scores = {
        key: len(re.findall(pattern, text, re.IGNORECASE))
        for key, pattern in table.items() if not allowed or key in allowed}
    key = max(sorted(scores), key=lambda k: scores[k], default=None)
    return (key, scores[key]) if key and scores[key] else (None, 0)


def sentences(text):
    """The sentences of a text; a line of a form is a sentence of its own."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.splitlines()
        if any(re.match(r"^[^:.]{2,40}:\s", line) for line in lines):
            parts += lines
        else:
            parts += re.split(r"(?<=[.!?])\s+(?=[A-ZÆØÅ])", " ".join(lines))
    return [p.strip() for p in parts if p.strip()]


def _month(word):
    word = word.lower()
    return next((m for m in MONTHS if m == word or (len(word) >= 3 and m.startswith(word))), word)


def _number(text):
    text = re.sub(r"[ \u00a0']", "", text)
    cents = re.search(r"[.,](\d{1,2})$", text)
    whole = text[: cents.start()] if cents else text
    return float(re.sub(r"[.,]", "", whole) + ("." + cents[1] if cents else ""))


def _distinct(values):
    return list(dict.fromkeys(values))
