"""互助: how often which rule decided; counts alone, nobody's case."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.admin.charts import rows
from bot.admin.office import Office
from bot.state import figures

DAYS = 30

VERDICTS = {
    "claim eligible": "按已公布的条件可以申请",
    "claim not_eligible": "按已公布的条件还不能申请",
    "claim unknown": "情况还没问全",
}


def pages(blueprint: Blueprint, office: Office) -> None:
    """`/admin/claims`."""

    @blueprint.get("/claims")
    def claims() -> ResponseReturnValue:
        total: Counter[str] = Counter()
        for counts in figures.since(office.state, office.clock().date() - timedelta(days=DAYS - 1)).values():
            total.update(counts)
        verdicts = [(words, total[name]) for name, words in VERDICTS.items()]
        against = Counter(
            {name.removeprefix("rule "): count for name, count in total.items() if name.startswith("rule ")}
        )
        return render_template(
            "admin/claims.html", days=DAYS, verdicts=rows(verdicts), rules=rows(against.most_common())
        )
