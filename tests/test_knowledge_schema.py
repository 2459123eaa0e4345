"""The declared columns agree with themselves and with the dataclasses that they fill."""

from __future__ import annotations

from dataclasses import fields

import pytest

from knowledge import schema
from knowledge.base import Answer, Contact, Event, Notice, Place, Referral, Station
from knowledge.calendar import Holiday
from knowledge.roads import Bridge
from knowledge.schedule import Closure
from knowledge.schema import Field, Table

TABLES = (*schema.TABLES, schema.ANSWERS)
COLUMNS = [
    pytest.param(table, one, id=f"{table.name}-{one.name}") for table in TABLES for one in table.fields
]

#: What a session has of its event.
SHARED = {one.name for one in fields(Event)} - {
    *("session", "group", "starts_at", "ends_at", "quota", "taken_elsewhere", "who", "members_only", "cancelled"),
}

#: What the reader finds out by itself, and what it turns into something else.
FILLED = {
    "stations": (
        Station,
        {"island", "road_group", "accuracy", "lon_wgs84", "lat_wgs84"},
        {"lon", "lat", "datum"},
    ),
    "closures": (Closure, set(), set()),
    "holidays": (Holiday, set(), set()),
    "bridges": (Bridge, set(), set()),
    "events": (Event, {"part_of", "session", "group"}, set()),
    "sessions": (Event, SHARED, {"event", "number"}),
    "places": (Place, {"aliases", "shared"}, {"source"}),
    "contacts": (Contact, set(), set()),
    "referrals": (Referral, set(), set()),
    "notices": (Notice, set(), set()),
    "answers": (Answer, {"id", "text"}, set()),
}


@pytest.mark.parametrize(("table", "one"), COLUMNS)
def test_a_heading_and_its_other_names_mean_one_column(table: Table, one: Field) -> None:
    assert all(table.field_of(heading) is one for heading in (one.heading, one.name, *one.also))


@pytest.mark.parametrize(("table", "one"), COLUMNS)
def test_the_example_of_a_column_can_be_read(table: Table, one: Field) -> None:
    assert one.example == "" or one.read(one.example) != one.empty or one.kind in ("count", "flag")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_columns_fill_their_dataclass(table: Table) -> None:
    kind, added, consumed = FILLED[table.name]
    assert {one.name for one in table.fields} - consumed | added == {one.name for one in fields(kind)}


def test_every_facility_and_kind_has_a_name_that_is_read_back() -> None:
    for choices in (schema.FACILITIES, schema.STATION_KINDS, schema.DATUMS):
        for word, value in choices.items():
            assert Field("x", "x", "choice", choices=choices).read(f" {word.upper()} ") == value
