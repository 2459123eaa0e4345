"""The XML of one delivery as flat text fields, read strictly: what WeChat never sends is refused here, once.

An expat parser of our own rather than a general one: no DOCTYPE, no entities, no deep nesting, and a field
that is doubled or holds elements is known as such, so that nothing absurd travels further.
"""

from __future__ import annotations

from xml.parsers import expat

#: Real deliveries nest five deep (a mass-send report).
DEEPEST = 16


class Malformed(Exception):
    """A body that is not a message of WeChat; the text says what is wrong and quotes nothing."""


class Fields:
    """The elements right below `<xml>`, by name."""

    def __init__(self, body: bytes) -> None:
        """Raises Malformed."""
        self._texts: dict[str, str] = {}
        self._unusable: dict[str, str] = {}  # name → why
        self._path: list[str] = []
        self._pieces: list[str] = []
        try:
            body.decode("utf-8")
            self._parser().Parse(body, True)
        except UnicodeDecodeError:
            raise Malformed("not UTF-8") from None
        except expat.ExpatError:
            raise Malformed("not well-formed XML") from None

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def text(self, name: str, default: str | None = None) -> str:
        """The text of `name` without blanks around it; `default` where it is absent.

        Raises Malformed where it is doubled, holds elements, or is absent without a default.
        """
        if name in self._unusable:
            raise Malformed(f"{name} {self._unusable[name]}")
        if name in self._texts:
            return self._texts[name]
        if default is None:
            raise Malformed(f"no {name}")
        return default

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._pieces.append
        return parser

    def _doctype(self, *_: object) -> None:
        raise Malformed("a DOCTYPE")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._path and name != "xml":
            raise Malformed("the root is not xml")
        if len(self._path) == 2:
            self._unusable.setdefault(self._path[1], "holds elements")
        if len(self._path) == DEEPEST:
            raise Malformed("nested too deep")
        self._path.append(name)
        self._pieces.clear()

    def _end(self, name: str) -> None:
        if len(self._path) == 2:
            if name in self._texts:
                self._unusable[name] = "is there twice"
            self._texts[name] = "".join(self._pieces).strip()
        self._path.pop()
        self._pieces.clear()
