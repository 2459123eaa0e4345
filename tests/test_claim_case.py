"""A claim in talk survives being stored, and keeps what it is told apart from what is only quoted."""

from __future__ import annotations

import json
from datetime import date

from intents.claim_case import Case, Heard, learn
from intents.facts import Amount, Facts


def test_a_case_survives_being_stored() -> None:
    facts = Facts(
        identity="migrant_worker",
        insurance="settled",
        own_payment=Amount(300_000, ">"),
        stays=(120_000, 150_000),
        received=Amount(0),
        stay_on=date(2026, 3, 1),
        member=False,
    )
    case = Case(facts, relation="family", asked={"identity": 1}, subjects=["subject_clinic"], decided=True)
    assert Case.from_json(json.loads(json.dumps(case.to_json()))) == case


def test_a_new_figure_is_a_correction_and_an_exact_one_is_not() -> None:
    case = Case(Facts(own_payment=Amount(300_000)))
    assert learn(case, Heard(facts={"own_payment": Amount(3_000_000)})) == ["own_payment"]
    case = Case(Facts(own_payment=Amount(200_000, ">")))
    assert learn(case, Heard(facts={"own_payment": Amount(235_000)})) == []


def test_another_stay_is_added_and_does_not_replace_the_first() -> None:
    case = Case(Facts(own_payment=Amount(500_000)), decided=True)
    learn(case, Heard(facts={"own_payment": Amount(300_000)}, another_stay=True))
    assert (case.facts.own_payment, case.facts.stays) == (Amount(300_000), (500_000,))


def test_the_bill_less_what_the_insurance_paid_is_his_own_payment() -> None:
    case = Case(Facts(total=Amount(5_000_000)))
    learn(case, Heard(covered=3_000_000))
    assert (case.facts.own_payment, case.facts.insurance) == (Amount(2_000_000), "settled")


def test_an_identity_that_he_denies_is_open_again() -> None:
    case = Case(Facts(identity="migrant_worker"))
    assert learn(case, Heard(is_not="migrant_worker")) == ["identity"]
    assert case.facts.identity is None
