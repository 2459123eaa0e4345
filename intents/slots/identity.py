"""What work he does, as the mutual aid asks it, and whether basic medical insurance has paid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from intents.slots.lexicon import Lexicon
from intents.slots.utterance import Utterance
from intents.types import Slot

_OF_ORIGINS = frozenset("人来农乡老的")
_NOT = re.compile(
    r"(?:(?<!是)不是|(?<!算)不算|并非|又不是|没有?在?做|不(?:送|跑|开)|没有?(?:送|跑|开))[什么个是干的搞]{0,2}$"
)


class IdentityFinder:
    """identity and identity_not: new_employment, migrant_worker or other."""

    def __init__(
        self, words: Mapping[str, Sequence[str]], outside: Sequence[str] = (), ordinary: Sequence[str] = ()
    ) -> None:
        """`words`: the three identities → the words for them; `outside`: where those who come from are migrants."""
        self._comes_from = re.compile(
            rf"(?:{'|'.join(map(re.escape, outside)) or '(?!)'})(?:人|过?来的|过来|农村|乡下|老家|的(?=[,。 在来]))"
            r"|[一-鿿]{2,3}(?:过?来的|人)[ ,]*(?:在|到|来)[^,。]{0,8}(?:干活|打工|上班|做事|做工|做活)"
        )
        self._lexicon = Lexicon(((word, value) for value, group in words.items() for word in group), ordinary)

    def find(self, utterance: Utterance) -> list[Slot]:
        """One slot for each identity that he has; `identity_not` for what he says he is not."""
        is_, is_not = [], []
        for hit in self._lexicon.find(utterance):
            if _NOT.search(utterance.text, max(0, hit.start - 7), hit.start):
                is_not.append(utterance.slot("identity_not", hit.value, hit.start, hit.end))
            else:
                is_.append(utterance.slot("identity", hit.value, hit.start, hit.end))
        came = self._comes_from.search(utterance.text) if utterance.has_any(_OF_ORIGINS) else None
        if came and not is_ and not is_not:
            is_.append(utterance.slot("identity", "migrant_worker", *came.span()))
        if not is_ and {slot.value for slot in is_not} >= {"new_employment", "migrant_worker"}:
            is_.append(utterance.slot("identity", "other", is_not[0].start, is_not[-1].end))
        kept = {slot.value: slot for slot in is_not}
        return is_ + list(kept.values())


_OF_INSURANCE = frozenset("保合报")
_INSURANCE = r"(?:基本)?(?:医疗?保险?|新?农合|农保|医保卡|居民医保|职工医保|城乡医保|合作医疗|医疗保险)"
_NONE = re.compile(
    rf"(?:没有?|没得|冇|无|未|没有?[交参办买缴]过?|没有?参加)(?:基本)?{_INSURANCE}"
    rf"|{_INSURANCE}(?:也|都|一直|又)?(?:没有?(?:交|参加|买|办|缴|$|[,。 ])|断了|停了|断交|欠费|停保)|没参保|未参保|没交保险"
)
_NOT_YET = re.compile(
    rf"{_INSURANCE}(?:也|都)?(?:还没有?|没有?|未|还未)(?:给?(?:报|结|走|刷|用|出)(?!不了))|还没(?:走|报|结)医保|{_INSURANCE}[^。工互这报结过了]{{0,12}}还没有?(?:去)?(?:报|结)(?!不)"
)
_SETTLED = re.compile(
    rf"{_INSURANCE}(?:都|已经?|也|给我?|先|就)*(?:报|结|赔|付|支付|走|刷|出|减|统筹)(?:销|账|算|掉)*(?:过|了|掉|完|好|后|之后|以后|以外|剩|一部分|一半|的)"
    rf"|(?:报|结|走|刷|用)(?:销|账|算)?(?:过|了|完|掉)(?:了)?{_INSURANCE}|{_INSURANCE}(?:后|以后|之后) ?(?:自[付己负费]|我|还|个人|剩|[\d一二两三四五六七八九几])"
    rf"|{_INSURANCE}(?:部分)?(?:都|也)?已经?(?:报|结|理赔|支付)(?:销|算|账)?"
    r"|(?:医药费|医疗费|住院费|药费)(?:都|也)?(?:已经?)?报(?:销|掉)?(?:好|过|完)|(?<!没)报(?:销|掉)?完[ ,]?(?:以?后|之后)?[ ,]?(?:我|自己|个人|还剩|还要|自[付费])"
    rf"|(?:有|交了|参加了|交过|买了|办了|上了){_INSURANCE}(?!卡|局)|{_INSURANCE}(?:是)?(?:有|交了|交着|参加了|正常)"
)


def find_insured(utterance: Utterance) -> list[Slot]:
    """`insured`: True where insurance has paid or stands, False where he has none, "not_yet" before it paid."""
    if not utterance.has_any(_OF_INSURANCE):
        return []
    text = utterance.text
    if "有没有" in text and not _SETTLED.search(text.replace("有没有", "")):
        return []
    for pattern, value in ((_NOT_YET, "not_yet"), (_NONE, False), (_SETTLED, True)):
        if found := pattern.search(text):
            return [utterance.slot("insured", value, *found.span())]
    return []
