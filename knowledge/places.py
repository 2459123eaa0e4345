"""The gazetteer's rows into places that each know all the names by which people call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from knowledge.base import Place
from knowledge.problems import Problem, nearest
from knowledge.tables import Row

ALIAS = "别名"

#: What people leave out at the end of a name, by kind.
_ENDINGS = {
    "市": ("市",),
    "县级": ("区", "县"),
    "乡镇街道": ("街道", "镇", "乡"),
    "岛": ("岛", "山"),
    "地标": ("码头",),
}
#: Whose name a short form is when a town and its island share it.
_ORDER = ("市", "县级", "乡镇街道", "片区", "岛", "地标")

_BRACKETS = re.compile(r"[(（](?:含)?([^()（）]+)[)）]")


def merge_places(rows: Sequence[Row]) -> tuple[tuple[Place, ...], list[Problem]]:
    """One Place a row, except that 别名 rows become names of the place that they point at.

    A name belongs to one place only: a row's own name comes before an alias row, that before a short form,
    and that before what stands in brackets. A short form that could mean places on different islands belongs
    to none: each has it as a `shared` one.
    """
    problems: list[Problem] = []
    places: dict[str, Place] = {}
    for row in rows:
        values = row.values
        if values["kind"] == ALIAS:
            continue
        if values["name"] in places:
            problems.append(row.problem("name", f"“{values['name']}”重复了，一个地名只写一行"))
        places[values["name"]] = Place(**{key: value for key, value in values.items() if key != "source"})
    owner, shared = _owners(places)
    for row in rows:
        if row.values["kind"] == ALIAS:
            name, target = row.values["name"], owner.get(row.values["parent"])
            if target is None:
                near = nearest(row.values["parent"], list(owner))
                problems.append(row.problem("parent", f"没有叫“{row.values['parent']}”的地名{near}"))
            elif name not in places:
                owner[name] = target
    names: dict[str, list[str]] = {}
    for name, target in owner.items():
        names.setdefault(target, []).append(name)
    merged = (
        replace(
            place,
            aliases=tuple(name for name in names[place.name] if name != place.name),
            shared=tuple(name for name in dict.fromkeys(shared.get(place.name, ())) if name not in owner),
        )
        for place in places.values()
    )
    return tuple(merged), problems


def _owners(places: Mapping[str, Place]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Whose each name is; and of each place the short names that are nobody's."""
    owner = {name: name for name in places}
    shared: dict[str, list[str]] = {}
    for claims in (_short_forms(places.values()), _in_brackets(places.values())):
        for name, claimants in claims.items():
            if name in owner:
                continue
            if one := _one_of(claimants):
                owner[name] = one.name
            else:
                for claimant in claimants:
                    shared.setdefault(claimant.name, []).append(name)
    return owner, shared


def _one_of(claimants: Sequence[Place]) -> Place | None:
    """The place that a shared name means, or None where it could be on different islands."""
    if len({place.island for place in claimants if place.island}) > 1:
        return None
    return min(claimants, key=lambda place: _ORDER.index(place.kind))


def _short_forms(places: Iterable[Place]) -> dict[str, list[Place]]:
    claims: dict[str, list[Place]] = {}
    for place in places:
        whole = _BRACKETS.sub("", place.name)
        short = next(
            (whole.removesuffix(end) for end in _ENDINGS.get(place.kind, ()) if whole.endswith(end)), whole
        )
        for name in dict.fromkeys((whole, short)):
            if name != place.name and len(name) >= 2:
                claims.setdefault(name, []).append(place)
    return claims


def _in_brackets(places: Iterable[Place]) -> dict[str, list[Place]]:
    claims: dict[str, list[Place]] = {}
    for place in places:
        found = _BRACKETS.search(place.name)
        if not found:
            continue
        # 樟州湾(漳州湾)码头 is another spelling of its beginning; 鱼山岛(大鱼山) another name of the whole.
        for name in found[1].split("/"):
            claims.setdefault(name + place.name[found.end() :], []).append(place)
    return claims
