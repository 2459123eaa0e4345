"""The sentences about claims: every one that can be needed is there, and none states a rule's figure by itself."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from intents.claim_case import CHOICES
from intents.claim_follow import ANSWERS
from intents.claim_view import DOUBTFUL
from intents.facts import Facts
from knowledge.scheme_file import parse_scheme

CONTENT = Path(__file__).parent.parent / "knowledge" / "content"
TEXTS = tomllib.loads((CONTENT / "texts" / "claims.toml").read_text(encoding="utf-8"))
WORDS = tomllib.loads((CONTENT / "words" / "claims.toml").read_text(encoding="utf-8"))

#: Facts that no rule asks for by itself: they come with others.
NEVER_ASKED = {"total", "stays", "hospital_days"}


def test_every_matter_with_words_has_its_sentence() -> None:
    subjects = {key for key in WORDS if key.startswith("subject_")}
    assert subjects <= set(TEXTS)
    assert {key for key in TEXTS if key.startswith("subject_")} == subjects
    assert set(DOUBTFUL) <= subjects


def test_every_follow_up_has_its_words() -> None:
    assert all(any(name.startswith(kind) for name in WORDS) for kind in ANSWERS)  # formality_stamp …


@pytest.mark.parametrize("fact", [field.name for field in fields(Facts) if field.name not in NEVER_ASKED])
def test_every_fact_can_be_asked_for_twice_in_different_words(fact: str) -> None:
    assert TEXTS[f"ask_{fact}"] != TEXTS[f"ask_{fact}_again"]


def test_every_choice_has_its_line() -> None:
    assert all(f"choice_{value}" in TEXTS for values in CHOICES.values() for value in values)


def test_no_sentence_states_a_figure_of_the_rules_or_a_telephone_number() -> None:
    """They change in one place, the scheme's file and contacts.csv."""
    stated = re.compile(r"2,?000|6,?0000|60,000|\b500\b|5,?000|123\d\d")
    assert not [key for key, text in TEXTS.items() if stated.search(text)]
    assert stated.search("超过 2000 元")


def test_figures_in_the_answers_are_those_of_the_scheme() -> None:
    """Admins write answers by hand; a changed rule must not leave an old figure standing beside it."""
    scheme = parse_scheme(
        tomllib.loads((CONTENT / "schemes" / "mutual_aid.toml").read_text(encoding="utf-8"))
    )
    rules = (scheme.ceiling, scheme.floor, scheme.yearly_cap)
    known = {str(term.value // 100) for rule in rules for term in rule.terms if term.value}
    known |= {str(term.value.amount // 100) for term in scheme.threshold.terms if term.value}
    stated = {}
    for path in (CONTENT / "answers").glob("*.md"):
        text = path.read_text(encoding="utf-8").partition("---")[2]
        if "医疗互助" in text:
            stated[path.name] = set(re.findall(r"(\d[\d,]*) 元", text))
    assert {name: found - known for name, found in stated.items() if found - known} == {}
    assert stated["claim_rules.md"] == known
