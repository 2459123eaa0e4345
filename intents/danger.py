"""Whether somebody's life may be in danger, put together from what is said: few say it in set words.

The words are those of words/danger.toml and words/crisis.toml; this file says what they mean where they stand together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from intents.minute import once_a_minute
from intents.said import CLAUSE_ENDS, said
from intents.text import fold, heard, sounds
from knowledge.base import Knowledge

#: So much of a message is read for danger; no longer one comes from WeChat.
READ = 2000

#: Meanings that speak of wanting to die where they follow each other with nothing but filling words between.
#: One with a question mark may be left out.
WISHES = (
    "life none sense",  # 活着真没啥意思
    "life sense gone_all",  # 活着一点盼头都没有
    "none sense life",  # 没意思啊活着
    "none life sense",  # 找不到活下去的理由
    "life what_for",  # 活着到底图个啥
    "what_for life",
    "life they? burden",  # 活着也是遭罪
    "unwilling live",  # 不想再这么活下去
    "unwilling wake",  # 不愿意再睁开眼
    "wish … end",  # 真想一觉睡过去
    "leap … deep",  # 想去跳大桥
    "sleep no_wake",  # 睡着了再也不用醒
    "dose … fatal",  # 安眠药吃多少会死
    "dying painful",  # 淹死痛不痛
    "gone they? better",  # 没有我 他们会过得好些
)
#: Only of oneself: 「他爸死了，债是不是不用还」 is another matter.
OWN_DEATH = "death relief"  # 死了倒清净
#: Wishes that are known by their sound too, where a clause says nothing else.
HEARD = ("life none sense", "life sense gone_all", "by_sound")

#: Hints are one where two of them stand in a message, in whatever order and however far apart.
HINTS = (
    ("kin_dead", "follow"),  # 孩子没了 … 我也跟着去算了
    ("brink", "farewell"),  # 站在桥上 … 跟家里人说声对不起
    ("brink", "despair"),
    ("farewell", "despair"),
    ("farewell", "going"),  # 照顾好孩子 … 我先走了
    ("farewell", "loss"),
    ("ready", "despair"),  # 药准备好了 … 没什么盼头
    ("ready", "loss"),
    ("ready", "farewell"),
    ("ready", "going"),  # 煤气打开了 … 我先睡了
    ("farewell", "missing"),  # 留了纸条说对不起孩子 … 人不见了
    ("will", "farewell"),  # 密码写在纸上 … 孩子以后就拜托了
    ("last_words", "bye"),
    ("farewell", "bye"),  # 来生再做夫妻 … 对不起
    ("heaven", "find"),  # 我妈在天上 … 我去找她
    ("water", "walk_in"),  # 海里好冷 … 我往里面走
)
#: Each hint and the meanings that make it.
HINT_WORDS = {
    "kin_dead": ("kin dead",),
    "follow": ("along they? leave", "join they"),
    "brink": (
        "stand … high",
        "stand … waterside",
        "present … high",
        "present … waterside",
        "high … standing",
        "waterside … standing",
    ),
    "farewell": ("farewell", "kin … sorry", "sorry kin"),
    "ready": ("means ready", "ready means"),
    "despair": ("despair",),
    "loss": ("loss",),
    "going": ("going",),
    "missing": ("missing",),
    "will": ("will",),
    "last_words": ("last_words",),
    "bye": ("sorry",),
    "heaven": ("heaven",),
    "find": ("find",),
    "water": ("water",),
    "walk_in": ("walk_in",),
}
#: Hurt already, unless by work (cause) or a treatment (cure).
HURT = (
    "hurt",
    "wound vein",
    "vein wound",
    "vein … bleeds",
    "take much drug",
    "much drug take",
    "drug much take",
    "drug take much",
    "drug swallow",
    "take much poison",
    "poison take much",
    "much poison take",
    "take poison",
    "poison take",
)
#: Alone they are worth a question.
ASKED = ("means prepared", "prepared means", "blade … held", "held … blade", "kin … sorry", "vague")

#: wish: to die; brink: at a place where it could happen; hurt: it happened; asked: perhaps nothing.
Kind = Literal["wish", "brink", "hurt", "asked"]


@dataclass(frozen=True, slots=True)
class Sign:
    """What a message says of a life in danger."""

    kind: Kind
    of_another: bool = False  # a workmate, a wife: not of him who writes


@once_a_minute
def sign_of(knowledge: Knowledge, text: str) -> Sign | None:
    """What `text` says of a life in danger; figures of speech such as 「累死了」 say nothing."""
    return _reader(knowledge).sign(_HIDDEN.sub("", fold(text[:READ])))


def is_injured(knowledge: Knowledge, text: str) -> bool:
    """Whether somebody was hurt by an accident: 「手被钢板砸了」."""
    reader, folded = _reader(knowledge), fold(text[:READ])
    return reader.injury.search(folded, reader.said(folded)) is not None


def _either(words: tuple[str, ...], spell: Callable[[str], str] = str) -> str:
    """A pattern for any of the words, the longest first; of no words, nothing. 「活。」 is one that ends the clause."""
    longest_first = sorted(words, key=len, reverse=True)
    ones = [
        re.escape(spell(word.removesuffix("。"))) + CLAUSE_ENDS * word.endswith("。")
        for word in longest_first
    ]
    return f"(?:{'|'.join(ones) or '(?!)'})"


#: So many pills heal nobody: 三十多片.
_MANY = r"(?:几?十|[二三四五六七八九]十|\d{2,}|百)多?[一二三四五六七八九]?[片颗粒]"
#: Marks put between characters so that no filter sees them: 不.想.活
_HIDDEN = re.compile(r"(?<=[^\x00-\x7f])[.·*_~/|\-]+(?=[^\x00-\x7f])")
_MARKS = re.compile(r"[,，。.!！?？;；、…\n]+")
_PAUSES = re.compile(r"[\s,，。.!！?？;；、…]+")
_LATIN = re.compile("[a-z]")
#: A clause is heard for its sound up to this length.
_SHORT = 16
#: At most so many filling words stand between two meanings, or so many other characters at 「…」.
_FILLINGS, _REACH = 6, 5
#: A pronoun before a person only says whose he is: 我工友.
_SELF = re.compile("我|本人")


@lru_cache(maxsize=4)
def _reader(knowledge: Knowledge) -> _Reader:
    return _Reader(knowledge)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of meanings as one pattern. Most messages have the words of none: they are not searched."""

    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]  # the concepts of which a row has a word each

    def search(self, text: str, said: frozenset[str]) -> re.Match[str] | None:
        return next(self.all(text, said), None)

    def all(self, text: str, said: frozenset[str]) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text) if any(need <= said for need in self.needs) else iter(())


class _Reader:
    """The words as patterns, made once for a version of the knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.harmless = self._rows("jump sport", word="crisis.not_danger")
        self.wishes = self._rows(*WISHES, word="crisis.danger")
        self.own_death = self._rows(OWN_DEATH)
        around = f"{self._filling(heard)}{{0,4}}"
        self.heard = [re.compile(around + self._row(one, heard) + around) for one in HEARD]
        self.injury = self._rows("body … harmed", "harmed they? body")
        self.hurt = self._rows(*HURT)
        self.high = self._rows("stand … high", "high … standing")
        self.strand = self._rows("stand … waterside", "stand … high")
        self.asked = self._rows(*ASKED)
        self.hints = {name: self._rows(*rows) for name, rows in HINT_WORDS.items()}
        firsts = [self.high, self.strand, self.asked, *(self.hints[first] for first, _ in HINTS)]
        self.hinting = frozenset().union(*(need for one in firsts for need in one.needs))
        self.other = re.compile(_either(self._concept("other")))

    def _concept(self, name: str) -> tuple[str, ...]:
        return self._knowledge.words.get(f"danger.{name}", ())

    def _part(self, name: str, spell: Callable[[str], str]) -> str:
        words = _either(self._concept(name), spell)
        return f"(?:{words}|{_MANY})" if name == "much" else words

    def _filling(self, spell: Callable[[str], str] = str) -> str:
        return _either((*self._concept("filling"), " ", "，", ","), spell)

    def _row(self, names: str, spell: Callable[[str], str] = str) -> str:
        """Meanings one after the other: 「life none sense」."""
        filling = f"{self._filling(spell)}{{0,{_FILLINGS}}}"
        pattern, between = "", ""
        for name in names.split():
            if name == "…":
                between = f"[^，。,!！?？]{{0,{_REACH}}}"
                continue
            part = self._part(name.rstrip("?"), spell)
            pattern += between + (f"(?:{part}{filling})?" if name.endswith("?") else part)
            between = "" if name.endswith("?") else filling
        return pattern

    def _rows(self, *rows: str, word: str = "") -> _Rows:
        """Any of the rows, or a word of the concept `word`, which goes first."""
        words = [_either(self._knowledge.words.get(word, ()))] if word else []
        needs = [frozenset((word,))] if word else []
        # 「much」 is a number too, and what has a question mark may be missing.
        for row in rows:
            named = {name for name in row.split() if name not in ("…", "much") and not name.endswith("?")}
            needs.append(frozenset(f"danger.{name}" for name in named))
        return _Rows(re.compile("|".join([*words, *map(self._row, rows)])), tuple(needs))

    def said(self, text: str) -> frozenset[str]:
        return said(self._knowledge, text)

    def _has(self, concept: str, text: str) -> bool:
        return f"danger.{concept}" in self.said(text)

    def sign(self, text: str) -> Sign | None:
        if self.harmless.search(text, self.said(text)):
            text = self.harmless.pattern.sub("。", text)
        words = self.said(text)
        hurt = self.hurt.search(text, words)
        if hurt and not self._has("cause", text) and not self._has("cure", text):
            planned = self._has("wish", text[max(0, hurt.start() - 4) : hurt.start()])
            return Sign("wish" if planned else "hurt", self._of_another(text, hurt))
        death = self.own_death.search(text, words)
        if death and not self._of_another(text, death):
            return Sign("wish")
        wish = self.wishes.search(text, words)
        if wish and not (self._has("game", text) and self._has("life", wish.group())):
            of_another = self._of_another(text, wish)
            jumps = of_another and (self._has("jump", text) or self.high.search(text, words) is not None)
            return Sign("brink" if jumps else "wish", of_another)
        return self._heard(text) or self._hinted(text, words)

    def _heard(self, text: str) -> Sign | None:
        """「或者没意思」, typed by its sound: only where the clause says nothing else."""
        for clause in (_MARKS if _LATIN.search(text) else _PAUSES).split(text):
            if 3 < len(clause) <= _SHORT * 3:
                signs = sounds(clause)[0]
                if len(signs) <= _SHORT and any(one.fullmatch(signs) for one in self.heard):
                    return Sign("wish")
        return None

    def _hinted(self, text: str, words: frozenset[str]) -> Sign | None:
        if self.hinting.isdisjoint(words):
            return None
        for first, second in HINTS:
            for one in self.hints[first].all(text, words):
                # The same words are not two hints: 「我走了以后」.
                others = self.hints[second].all(text, words)
                if all(one.start() < two.end() and two.start() < one.end() for two in others):
                    continue
                urgent = first == "brink" or second == "missing"
                return Sign("brink" if urgent else "wish", urgent and self._of_another(text, one))
        if self._has("work", text):
            return None
        strand = self.high.search(text, words)
        if strand is None and self.hints["loss"].search(text, words):
            strand = self.strand.search(text, words)
        if strand:
            return Sign("brink", self._of_another(text, strand))
        return Sign("asked") if self.asked.search(text, words) and not self._has("cure", text) else None

    def _of_another(self, text: str, sign: re.Match[str]) -> bool:
        """Whether the last one named before the sign is somebody else, who does or says it."""
        if self._has("persuade", text) and self.other.search(text):
            return True
        before = text[: sign.start()]
        last = next(reversed(list(self.other.finditer(before))), None)
        if last is None:
            return False
        between, lead = before[last.end() :], before[: last.start()]
        if _SELF.search(between + sign.group()) or lead.endswith(self._concept("not_subject")):
            return False
        return self._has("reports", between) or (len(between) <= _REACH + 3 and not _PAUSES.search(between))
