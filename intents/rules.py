"""What the domain itself says about a wish: who asks for what, and whose matter it is.

A rule reads: where all of these signs were found and none of those, this label gains so much. Signs are
concepts of content/words/concepts.toml, "slot:…" for what was found in the text, "question", and the length
(tiny short middle long longer). `a|b` means either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

OUTSIDE = (
    "oos_ferry|oos_social|oos_fund|oos_police|oos_civil|oos_school|oos_home|oos_market|oos_health|oos_chat|"
    "referral"
)
EVENT = "event|event_suffix|slot:event"
CLAIM = "scheme|reimburse"


@dataclass(frozen=True, slots=True)
class Rule:
    """One piece of knowledge about the domain."""

    label: str
    gain: float
    all_of: str  # signs that must be there, split by spaces; a|b is either
    none_of: str = ""

    def __str__(self) -> str:
        unless = f" 而无 {self.none_of}" if self.none_of else ""
        return f"{self.all_of}{unless} → {self.label} {self.gain:+g}"


RULES = (
    # ---- medical mutual aid: whether and how much
    Rule("claim_check", 1.0, CLAIM),
    Rule("claim_check", 2.0, f"{CLAIM} entitled|yes_no|how_much|limits|question"),
    Rule("claim_check", 2.0, "slot:amount medical|own_pay|reimburse|scheme|insurance", "wages"),
    Rule("claim_check", 1.5, "slot:amount entitled|limits|how_much", EVENT),
    Rule("claim_check", 1.0, "slot:amount", EVENT),
    Rule("claim_check", 1.5, "medical own_pay|entitled|insurance"),
    Rule("claim_check", 1.0, "medical", "oos_health"),
    Rule("claim_check", 1.5, "limits", EVENT),
    Rule("claim_check", 1.5, "slot:identity entitled|medical|reimburse|scheme", "join"),
    Rule("claim_check", 1.5, "other_scheme reimburse|entitled|medical"),
    Rule("claim_check", 1.0, "own_pay"),
    # ---- how to claim: materials, steps, place, time, progress
    Rule("claim_howto", 2.0, "materials"),
    Rule("claim_howto", 1.5, f"materials {CLAIM}|medical|hand_in|where|steps"),
    Rule("claim_howto", 1.5, "hand_in"),
    Rule("claim_howto", 1.0, "hand_in where|when|yes_no"),
    Rule("claim_howto", 2.5, f"steps {CLAIM}|medical"),
    Rule("claim_howto", 1.0, "steps"),
    Rule("claim_howto", 2.5, "progress"),
    Rule("claim_howto", 1.5, f"deadline|when|where {CLAIM}|medical"),
    Rule("claim_howto", 1.0, "deadline"),
    # ---- places
    Rule("station_find", 2.5, "station"),
    Rule("station_find", 3.0, "nursing"),
    Rule("station_find", 2.5, "bookhouse"),
    Rule("station_find", 1.5, "center"),
    Rule("station_find", 1.5, "center|slot:station_kind where|opening|nearby|when|slot:place"),
    Rule("station_find", 2.0, "facility", EVENT),
    Rule("station_find", 1.5, "facility|rest where|nearby|slot:place|worker_place|yes_no", EVENT),
    Rule("station_find", 1.5, "rest", EVENT),
    Rule("station_find", 1.0, "slot:place nearby|where"),
    Rule("station_find", 1.5, "slot:place tiny|short", EVENT),
    Rule("station_find", 1.5, "opening", EVENT),
    Rule("station_find", 1.0, "nearby"),
    # ---- events
    Rule("event_list", 1.5, EVENT),
    Rule("event_list", 1.5, f"{EVENT} details|when|where|how_much|yes_no|question", "sign_up|cancel|mine"),
    Rule("event_list", 0.7, "details"),
    Rule("event_signup", 1.0, EVENT),
    Rule("event_signup", 2.5, "sign_up"),
    Rule("event_signup", 2.0, f"sign_up {EVENT}|people_word|slot:people", "cancel|mine"),
    Rule("event_mine", 4.0, "mine", "cancel"),
    Rule("event_cancel", 3.5, "cancel"),
    Rule("event_cancel", 1.5, f"cancel {EVENT}|sign_up|mine|people_word"),
    # ---- other services
    Rule("aid", 3.0, "aid_name"),
    Rule("aid", 2.0, "hardship", "wages"),
    Rule("aid", 1.0, "hardship union|people_word|school_help"),
    Rule("aid", 1.5, "school_help how_much|hardship|union|aid_name"),
    Rule("legal", 3.0, "wages"),
    Rule("legal", 3.0, "dismissal", EVENT),
    Rule("legal", 2.0, "contract", "materials"),
    Rule("legal", 2.5, "injury"),
    Rule("legal", 2.5, "dispute"),
    Rule("legal", 2.5, "working_time", EVENT),
    Rule("legal", 1.5, "employer wages|dismissal|contract|injury|dispute|working_time"),
    Rule("legal", 2.5, f"employer dispute {OUTSIDE}"),
    Rule("join_union", 3.5, "join"),
    Rule("recuperation", 5.0, "recuperation"),
    Rule("skills", 3.0, "skills"),
    Rule("childcare", 4.0, "childcare"),
    # ---- talk
    Rule("human", 3.0, "human"),
    Rule("greet", 3.5, "greet tiny|short", f"human|{EVENT}|{CLAIM}|{OUTSIDE}"),
    Rule("thanks", 3.5, "thanks tiny|short|middle", f"{EVENT}|{CLAIM}|{OUTSIDE}"),
    Rule("help", 3.0, "help"),
    # ---- whose matter it is
    Rule("oos", 3.0, OUTSIDE),
    Rule("oos", 1.5, "oos_chat"),
    Rule("oos", 2.0, f"{OUTSIDE} sign_up|progress|how_much|where|when|steps|details"),
)


class RuleBook:
    """Rules with their signs looked up once."""

    def __init__(self, labels: Iterable[str], rules: Iterable[Rule] = RULES) -> None:
        self.labels = tuple(labels)
        column = {label: i for i, label in enumerate(self.labels)}
        self._rules = [
            (
                rule,
                column[rule.label],
                tuple(frozenset(part.split("|")) for part in rule.all_of.split()),
                frozenset(rule.none_of.split("|")) if rule.none_of else frozenset(),
            )
            for rule in rules
            if rule.label in column
        ]

    def fired(self, signs: frozenset[str]) -> list[Rule]:
        """The rules that apply."""
        return [
            rule
            for rule, _, all_of, none_of in self._rules
            if signs.isdisjoint(none_of) and not any(signs.isdisjoint(part) for part in all_of)
        ]

    def gains(self, signs: frozenset[str]) -> list[float]:
        """What the rules add to each label."""
        totals = [0.0] * len(self.labels)
        for rule, column, all_of, none_of in self._rules:
            if signs.isdisjoint(none_of) and not any(signs.isdisjoint(part) for part in all_of):
                totals[column] += rule.gain
        return totals
