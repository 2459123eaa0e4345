"""The understanding and the services.

A new service is one file here, one line in INTENTS, its phrases and one dialogue. The order is the order of precedence.
"""

from intents.answers import TOPICS
from intents.claims import CLAIMS
from intents.events import EVENTS
from intents.human import HUMAN
from intents.privacy import PRIVACY
from intents.smalltalk import SMALLTALK
from intents.stations import STATIONS
from intents.types import Service

INTENTS: tuple[Service, ...] = (CLAIMS, EVENTS, STATIONS, TOPICS, PRIVACY, HUMAN, SMALLTALK)


def service_of(label: str) -> Service:
    """The service that answers to `label`. Raises KeyError for a label that nobody serves."""
    for service in INTENTS:
        if label in service.labels:
            return service
    raise KeyError(label)


def service_named(name: str) -> Service:
    """The service of that name, e.g. the one that a form belongs to."""
    for service in INTENTS:
        if service.name == name:
            return service
    raise KeyError(name)
