"""Who comes: names, a telephone number and a head count, as people write them into a chat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.text import fold
from intents.types import Context, Form, Slot

#: Above this, a message is what it was understood as, and no name.
SURE = 0.8

#: Digits that can only be meant as a telephone number where one is asked for.
TRIED_PHONE = re.compile(r"(?<!\d)\d{5,}(?!\d)")
NAME = re.compile(r"[一-鿿]{2,4}|[一-鿿]{1,8}·[一-鿿]{1,8}")
CALLED = re.compile("^(我叫|我是|叫做?|姓名|名字|本人|他叫|她叫)[:：是叫 ]*")
TITLED = re.compile("师傅|女士|先生|阿姨|大姐|大哥|老师|经理|老板|同志")
NO_FULL_NAME = re.compile(f"姓[一-鿿]|{TITLED.pattern}|(?<![一-鿿])[小老阿][一-鿿](?![一-鿿])")
NO_NAMES = frozenset(
    [
        "不知道",
        "不清楚",
        "不晓得",
        "好的",
        "可以",
        "谢谢",
        "你好",
        "您好",
        "是的",
        "对的",
        "没有",
        "不用",
        "不要",
        "继续",
        "取消",
        "确认",
        "什么",
        "怎么",
        "为什么",
        "改成",
        "换成",
        "改为",
        "改名字",
        "随便",
        "都行",
        "知道了",
        "等一下",
        "等等",
        "稍等",
        "快点",
        "手机号",
        "电话",
        "姓名",
        "名字",
        "报名",
        "我要报名",
        "帮我报",
        "报不了",
        "不想填",
        "不方便",
        "干嘛",
        "干啥",
    ]
)
NOT_IN_NAMES = re.compile(
    "[的了吗呢不没有是在我你他她这那哪怎什么几个吧啊要去来到能会可给把被报取退查办问谢请号排候补哈嘿呵嗯哦唉喂哎嘻]"
)


#: 「还是我，还是那个号」
SAME = re.compile(
    "还是我|还是(刚才|之前|原来|上次)?那个|还是(刚才|原来|之前|上次)的|同上|老样子|[跟和](刚才|上次|前面)(的)?一样|用(刚才|上次|原来)的|(号码?|电话|手机)(也?是?)?一样|同一个(号|电话|手机)"
)


#: 「还有我老婆一起」, while who comes is asked for: one more than was said.
ALSO_KIN = re.compile("(还有|加上|再加|带上|连同|和)[^,，。]{0,6}(一起|一道|一块|也[去来报要])|也[去来报]")
#: 「再加上王大明」, 「我老婆李小红也加上」, once a place is taken.
ADDS = re.compile("加上|再加|也加|加一?个|带上|添上|补上")


def note_who(context: Context, form: Form) -> None:
    """Fill the form with the names, the telephone and the head count that the message gives."""
    slots = form.slots
    slots.setdefault("names", [])
    waiting_for_phone = form.awaiting == "who" and bool(slots["names"]) and not slots.get("phone")
    given, bare = persons(context), bare_names(context) if form.awaiting == "who" else []
    given = (
        bare if set(given) <= set(bare) else given
    )  # 「陈红 陈小兰」: both, though 陈红 alone might be none
    slots["names"] = [one for one in slots["names"] if not any(_is_given_name(one, name) for name in given)]
    slots["names"] = [*slots["names"], *(name for name in given if name not in slots["names"])]
    phone, people = context.match.slot("phone"), context.match.slot("people")
    held = context.signups.mine()
    if held and SAME.search(fold(context.match.text)):
        slots["names"] = slots["names"] or [held[-1].name]
        slots["phone"] = slots.get("phone") or held[-1].phone
    text = fold(context.match.text)
    adds = ADDS.search(text) or ("一起" in text and ALSO_KIN.search(text))
    here = context.session.memory.get("events", {}).get("current")
    if adds and held and held[-1].event_id == here and not slots.get("phone"):
        slots["phone"] = held[-1].phone  # one number for those who come with him
    if phone is not None:
        slots["phone"] = (
            given_phones(context)[-1] if _CORRECTS.search(context.match.text) else str(phone.value)
        )
    if own := own_phones(context):
        slots["phones"] = {**slots.get("phones", {}), **own}
        slots["phone"] = next(iter(own.values()))
    # 「少打一个 199…」 is no head count.
    if people is not None and isinstance(people.value, int) and not (waiting_for_phone and phone is not None):
        slots["people"] = people.value
    waits = form.awaiting == "who" or (form.awaiting == "event" and not held)
    if waits and people is None and ALSO_KIN.search(fold(context.match.text)):
        others = len(kin_said(context))
        slots["people"] = int(slots.get("people", 1)) + max(0, others - len(given))
    slots["people"] = max(int(slots.get("people", 1)), len(slots["names"]))
    _note_relations(context, form, given)


_IS_CALLED = re.compile("(是|的|叫|名叫|名字是?|姓名是?)?[:：]?")


def _names(between: str, alone: bool) -> bool:
    """Whether so much between 女儿 and a name says that it is hers; 「我和老婆 陈大海 林小妹」 does not."""
    return _IS_CALLED.fullmatch(between.strip() if alone else between) is not None


def _stands_apart(context: Context, kin: Slot) -> bool:
    """「张小花 199… 女儿 张苗苗」, where 「我和老婆 陈大海」 begins a list."""
    before = context.match.text[: kin.start]
    return bool(before) and (before[-1] in " ,，、;；。" or before[-1].isdigit())


def _note_relations(context: Context, form: Form, given: Sequence[str]) -> None:
    """「我女儿林朵朵」, 「给女儿报」 and her name: the word stands before the name, or was the only one before it."""
    kin = context.match.all("relation")
    known: dict[str, str] = form.slots.setdefault("relations", {})
    for person in context.match.all("person"):
        words = [
            one.text
            for one in kin
            if one.end <= person.start
            and _names(
                context.match.text[one.end : person.start], len(given) == 1 or _stands_apart(context, one)
            )
        ]
        if words and person.value in given:
            known[str(person.value)] = words[-1]
    if len(kin) == 1 and not known and int(form.slots.get("people", 1)) == 1 and len(given) < 2:
        form.slots["whose"] = kin[0].text
    if form.slots.get("whose") and len(form.slots["names"]) == 1:
        known.setdefault(form.slots["names"][0], form.slots["whose"])


#: Words for the same of one's kin.
_SAME_KIN = (
    ("老婆", "爱人", "媳妇", "妻子", "太太", "内人", "对象"),
    ("老公", "爱人", "丈夫", "先生", "对象"),
    ("女儿", "囡", "闺女", "孩子", "小孩", "宝宝", "娃"),
    ("儿子", "孩子", "小孩", "宝宝", "娃"),
    ("妈", "妈妈", "母亲", "老妈", "我妈", "娘"),
    ("爸", "爸爸", "父亲", "老爸", "我爸", "爹"),
)


def _is_given_name(name: str, whole: str) -> bool:
    """乐乐, who is 贺乐乐 when he is asked for his whole name."""
    return len(name) == len(whole) - 1 and whole.endswith(name)


def kin_said(context: Context) -> list[str]:
    """The words for one's own that the message has: 女儿, 老公."""
    return [slot.text for slot in context.match.all("relation")]


def is_kin(word: str, other: str) -> bool:
    """Whether two words may mean the same one of a family."""
    word, other = word.removeprefix("我"), other.removeprefix("我")
    return bool(other) and (word == other or any(word in group and other in group for group in _SAME_KIN))


def relations_of(form: Form, names: Sequence[str]) -> list[str]:
    """女儿, in the order of the names; "" where no word was given."""
    known = form.slots.get("relations", {})
    return [known.get(name, "") for name in names]


_CORRECTS = re.compile("不是|不对|错|改|换")


def given_phones(context: Context) -> list[str]:
    """The telephone numbers in the message, each once."""
    return list(dict.fromkeys(str(slot.value) for slot in context.match.all("phone")))


def own_phones(context: Context) -> dict[str, str]:
    """「王小舟 199…1，李丽 199…2」: name → number, where a name stands before every one; else empty."""
    phones, people = context.match.all("phone"), context.match.all("person")
    found: dict[str, str] = {}
    reached = 0
    for phone in phones:
        before = [one for one in people if reached <= one.start and one.end <= phone.start]
        if not before:
            return {}
        found[str(before[-1].value)] = str(phone.value)
        reached = phone.end
    return found if len(set(found.values())) > 1 else {}


def phones_of(form: Form, names: Sequence[str]) -> list[str]:
    """Each one's own number, in the order of the names; "" where the one for all is his."""
    known = form.slots.get("phones", {})
    return [known.get(name, "") for name in names]


def phone_words(context: Context, form: Form) -> str:
    """The number for all, or each with whose it is."""
    names, phone = form.slots["names"], str(form.slots["phone"])
    own = phones_of(form, names)
    if not any(one and one != phone for one in own):
        return phone
    say = context.knowledge.text
    return "、".join(
        say("events.phone_of", name=name, phone=one or phone) for name, one in zip(names, own, strict=True)
    )


def two_phones(context: Context) -> bool:
    """Two numbers, and no word of which is right."""
    return len(given_phones(context)) > 1 and not _CORRECTS.search(context.match.text)


def persons(context: Context) -> list[str]:
    """The people whom the message names, without those of whom only a relative is meant (林朵朵的妈妈)."""
    text = context.match.text
    relations = [slot.text for slot in context.match.all("relation")]

    def is_whose(end: int) -> bool:
        after = text[end:].removeprefix("的")
        return any(after.startswith(relation) for relation in relations)

    found = [str(slot.value) for slot in context.match.all("person") if not is_whose(slot.end)]
    return [name for name in dict.fromkeys(found) if not TITLED.search(name)]


def bare_names(context: Context) -> list[str]:
    """Names that no list of surnames knows, where nothing but names can be meant."""
    text = context.match.text
    for name in ("phone", "phone_invalid"):
        for slot in context.match.all(name):
            text = text.replace(slot.text, " ")
    parts = [
        CALLED.sub("", part)
        for part in re.split(r"[\s,，、;；和跟:：]+|电话|手机号?", text.strip("。.!！ "))
        if part
    ]
    known = context.match.slot("yes_no") or context.match.slot("place") or context.match.slot("relation")
    sure = context.match.decision == "answer" and context.match.confidence > SURE
    if not parts or known or (sure and not context.match.slot("phone")):
        return []
    return parts if all(map(can_be_a_name, parts)) else []


def can_be_a_name(part: str) -> bool:
    """Whether a word by itself may be a person's name."""
    unlike = part in NO_NAMES or NOT_IN_NAMES.search(part) or NO_FULL_NAME.search(part)
    return bool(NAME.fullmatch(part)) and not unlike


def gives_who(context: Context) -> bool:
    """Whether the message holds a name or what was meant as a number."""
    slots = any(map(context.match.slot, ("person", "phone", "phone_invalid")))
    same = SAME.search(fold(context.match.text)) and context.signups.mine()
    return slots or bool(same) or bool(TRIED_PHONE.search(fold(context.match.text)))


def wrong_phone(context: Context) -> str:
    """What is wrong with the telephone number in the message; "" where nothing is."""
    wrong, tried = context.match.slot("phone_invalid"), TRIED_PHONE.search(fold(context.match.text))
    if context.match.slot("phone") or (wrong is None and (tried is None or context.session.form is None)):
        return ""
    digits = str(wrong.value) if wrong else tried.group() if tried else ""
    key = "events.phone_not_mobile" if len(digits) == 11 else "events.phone_wrong"
    return context.knowledge.text(key, digits=digits, count=len(digits))
