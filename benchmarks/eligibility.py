"""Random facts decided twice: by the rule files, and by the same rules written down once more, naively.

`python -m benchmarks.eligibility [--facts 100000] [--seed 1]`

Both must say the same of every worker: a difference is printed and ends the run with status 1. The naive formulation
is the floor of the time, too.
"""

from __future__ import annotations

import argparse
import random
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from pathlib import Path
from typing import TypeVar

from intents.eligibility import decide
from intents.facts import Amount, Facts
from knowledge.scheme import Scheme
from knowledge.scheme_file import parse_scheme

TODAY = date(2026, 11, 23)
SCHEME_FILES = Path(__file__).parent.parent / "knowledge" / "content" / "schemes"
Outcome = tuple[str, tuple[int, int | None] | None]  # verdict; least and most in 分
NO_END = 10**12
T = TypeVar("T")


def scheme(name: str) -> Scheme:
    return parse_scheme(tomllib.loads((SCHEME_FILES / f"{name}.toml").read_text(encoding="utf-8")))


def decided(rules: Scheme, facts: Facts) -> Outcome:
    decision = decide(rules, facts, TODAY)
    payment = decision.payment
    return decision.verdict, None if payment is None else (payment.low, payment.high)


# ---------------------------------------------------------------- the rules once more, as a person would write them


def naive_union(facts: Facts) -> Outcome:
    """What is published: over 2,000 yuan, two kinds of workers, after the insurance; 500 to 5,000 a year."""
    low, high = facts.own_payment.bounds() if facts.own_payment else (0, NO_END)
    if facts.insurance == "not_yet":
        low = 0
    one = max((low, *facts.stays))
    if max(high, *facts.stays, 0) > 200_000 >= one:
        enough = "maybe"
    elif one > 200_000:
        enough = "yes"
    else:  # one by one too little; together perhaps enough, and nobody has said which counts
        enough = "no" if high + sum(facts.stays) <= 200_000 else "maybe"
    if enough == "no" or facts.identity == "other":
        return "not_eligible", None
    if enough == "maybe" or facts.identity is None or facts.insurance != "settled":
        return "unknown", None
    if facts.received is None:
        return "eligible", (0, 500_000)
    least, most = facts.received.bounds()
    left_low, left_high = max(0, 500_000 - most), max(0, 500_000 - least)
    return "eligible", (50_000 if left_low >= 50_000 else 0, left_high)


def naive_example(facts: Facts) -> Outcome:
    """The 示例 scheme in the second half of 2026: rates from 2,000 to 40,000 yuan for each stay, 300 to 8,000."""
    low, high = facts.own_payment.bounds() if facts.own_payment else (0, NO_END)
    if facts.insurance == "not_yet":
        low = 0
    answers = [_over(low, high, facts.stays)]
    answers += [_if_told(facts.identity, lambda who: who != "other"), _if_told(facts.cause, lambda why: why == "生病")]
    answers.append({"settled": True, None: None, "none": None, "not_yet": None}[facts.insurance])
    answers.append(_if_told(facts.age, lambda age: 16 <= age <= 65))
    answers.append(_if_told(facts.member, lambda member: member))
    answers.append(_if_told(facts.insured_months, lambda months: months >= 3))
    answers.append(_if_told(facts.enrolled_on, lambda day: date(2025, 1, 1) <= day <= date(2026, 12, 31)))
    answers.append(_if_told(facts.stay_on, lambda day: True))
    if facts.stay_on and facts.enrolled_on:
        answers.append(facts.stay_on >= facts.enrolled_on + timedelta(days=30))
    answers.append(_if_told(facts.offsite, lambda away: True))
    answers.append(_if_told(facts.hospital_grade, lambda grade: grade != "一级"))
    answers.append(_if_told(facts.discharged_on, lambda day: day + timedelta(days=90) >= TODAY))
    if False in answers:
        return "not_eligible", None
    if None in answers:
        return "unknown", None
    least, most = facts.received.bounds() if facts.received else (0, NO_END)
    pays = [max(30_000, sum(map(_rates, (cost, *facts.stays)))) for cost in (low, high)]
    return "eligible", (min(pays[0], max(0, 800_000 - most)), min(pays[1], max(0, 800_000 - least)))


def _over(low: int, high: int, stays: tuple[int, ...]) -> bool | None:
    if max((low, *stays)) > 200_000:
        return True
    return None if high > 200_000 else False


def _if_told(fact: T | None, test: Callable[[T], bool]) -> bool | None:
    return None if fact is None else test(fact)


def _rates(cost: int) -> int:
    """A fifth of what lies between 2,000 and 10,000 yuan, an eighth up to 40,000."""
    first = max(0, min(cost, 1_000_000) - 200_000)
    second = max(0, min(cost, 4_000_000) - 1_000_000)
    return int((Decimal(first) / 5 + Decimal(second) / 8).quantize(Decimal(1), ROUND_HALF_UP))


# ---------------------------------------------------------------- random workers

EDGES = (199_999, 200_000, 200_001, 5_999_999, 6_000_000, 6_000_001, 1_000_000, 4_000_000)
RECEIVED = (0, 449_999, 450_000, 450_001, 499_999, 500_000, 770_000, 800_000)


def random_facts(chance: random.Random) -> Facts:
    """Facts with a few of them unknown, often on a boundary."""

    def maybe(value: T) -> T | None:
        return value if chance.random() > 0.04 else None

    def amount(top: int, edges: tuple[int, ...]) -> Amount:
        fen = chance.choice((chance.randint(0, top), chance.choice(edges)))
        if chance.random() < 0.15:  # 两三千, or a rough bill less what the insurer paid
            return Amount(fen, most=fen + chance.choice((1, 100_000, top)))
        return Amount(fen, chance.choice(("", "", "", ">", "<", "~")))

    stay = date(2026, 7, 1) + timedelta(days=chance.randint(0, 140))
    return Facts(
        identity=maybe(chance.choice(("new_employment", "migrant_worker") * 3 + ("other",))),
        insurance=maybe(chance.choice(("settled",) * 6 + ("not_yet", "none"))),
        own_payment=maybe(amount(chance.choice((9_000_000, 900_000, 300_000)), EDGES)),
        stays=tuple(chance.randint(0, 400_000) for _ in range(chance.choice((0, 0, 0, 1, 2)))),
        received=maybe(amount(900_000, RECEIVED)),
        stay_on=maybe(stay),
        discharged_on=maybe(TODAY - timedelta(days=chance.choice((1, 10, 20, 30, 45, 60, 89, 90, 91)))),
        enrolled_on=maybe(stay - timedelta(days=chance.choice((29, 30, 31, 50, 60, 80, 100, 200, 600)))),
        age=maybe(chance.choice((15, 16, 20, 30, 35, 40, 45, 50, 55, 65, 66))),
        member=maybe(chance.random() < 0.95),
        insured_months=maybe(chance.choice((2, 3, 6, 9, 12, 24, 36))),
        hospital_grade=maybe(chance.choice(("一级", "二级", "二级", "三级", "三级", "三级"))),
        cause=maybe(chance.choice(("生病",) * 7 + ("工伤",))),
        offsite=maybe(chance.random() < 0.3),
    )


SCHEMES: dict[str, Callable[[Facts], Outcome]] = {"mutual_aid": naive_union, "example": naive_example}


def differences(name: str, count: int, seed: int) -> list[tuple[Facts, Outcome, Outcome]]:
    """The random workers of whom the two formulations say different things."""
    rules, naive, chance = scheme(name), SCHEMES[name], random.Random(seed)
    workers = (random_facts(chance) for _ in range(count))
    return [(one, decided(rules, one), naive(one)) for one in workers if decided(rules, one) != naive(one)]


def main() -> int:
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("--facts", type=int, default=100_000)
    command.add_argument("--seed", type=int, default=1)
    options = command.parse_args()
    wrong = 0
    for name, naive in SCHEMES.items():
        found = differences(name, options.facts, options.seed)
        for facts, ours, theirs in found[:3]:
            print(facts, ours, theirs, sep="\n  ")
        wrong += len(found)
        rules, chance = scheme(name), random.Random(options.seed)
        sample = [random_facts(chance) for _ in range(2_000)]
        verdicts = Counter(decided(rules, facts)[0] for facts in sample)
        ours_us, floor_us = (_microseconds(one, sample) for one in (partial(decided, rules), naive))
        print(f"{name}: {options.facts} facts, {len(found)} differences, {dict(verdicts)} of {len(sample)}")
        print(f"  one decision {ours_us:.0f} µs, {ours_us / floor_us:.1f} × the naive formulation")
    return 1 if wrong else 0


def _microseconds(decide_one: Callable[[Facts], Outcome], sample: list[Facts]) -> float:
    started = time.perf_counter()
    for facts in sample:
        decide_one(facts)
    return (time.perf_counter() - started) / len(sample) * 1e6


if __name__ == "__main__":
    raise SystemExit(main())
