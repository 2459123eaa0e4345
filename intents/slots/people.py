"""Who: names, mobile numbers, how many people, and for whom he asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from intents.slots.lexicon import Lexicon
from intents.slots.numerals import numbers
from intents.slots.utterance import Utterance
from intents.types import Slot

# ---------------------------------------------------------------- telephone

_SPOKEN = {"零": "0", "〇": "0", "○": "0", "洞": "0", "一": "1", "幺": "1", "妖": "1", "二": "2", "两": "2", "三": "3", "四": "4",
           "五": "5", "六": "6", "七": "7", "拐": "7", "八": "8", "九": "9"}  # fmt: skip
_DIGIT = "".join(_SPOKEN)
_WRITTEN = rf"\d(?:[ \-.·]{{0,2}}\d){{6,14}}|[{_DIGIT}](?: ?[{_DIGIT}]){{6,14}}"
_DIGITS = re.compile(rf"(?<![\d.])(?:(?:\+|00)?86[- ]?)?({_WRITTEN})(?![\d])")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_CALLED = re.compile(r"(?:电话|手机|号码|手机号|联系方式|tel|号)[^\d]{0,4}$")


def find_phones(utterance: Utterance) -> list[Slot]:
    """`phone` for a valid mobile number, `phone_invalid` for what was meant as one; the value is its digits."""
    slots = []
    for found in _DIGITS.finditer(utterance.text):
        start, end = found.span(1)
        digits = "".join(_SPOKEN.get(char, char) for char in found[1] if char.isdigit() or char in _SPOKEN)
        if _MOBILE.fullmatch(digits):
            slots.append(utterance.slot("phone", digits, start, end))
        elif _meant_as_phone(utterance.text, digits, found[1], start):
            slots.append(utterance.slot("phone_invalid", digits, start, end))
    return slots


def _meant_as_phone(text: str, digits: str, written: str, start: int) -> bool:
    if _CALLED.search(text[:start]):
        return True
    if "." in written or any(unit in written for unit in "千万"):
        return False
    return 9 <= len(digits) <= 13 and digits[0] == "1" and digits[1:2] in set("3456789")


# ---------------------------------------------------------------- names

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯"
    "邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游"
    "阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫嵺苟褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦"
    "茅郏缪狄贡逄堵宰郦雍濮扈茹宦戈庾暨寇阙厍晁訾阚乜巢蒯逯桓佘储谌覃"
    "迟宇敖糜鄢冷卓花仇艾蓝巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬沙薄伏岑习胥蔺忻励乌贝楼屠"
)
_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "司徒",
    "端木",
    "长孙",
)
_NAME = rf"(?:(?:{'|'.join(_DOUBLE)})[一-鿿]{{1,2}}|[{SURNAMES}][一-鿿]{{1,2}})"
_STATED = re.compile(
    rf"(?:我叫|我是叫|名字叫做?|名字是|姓名(?:是|为)?|本人叫?|联系人|报名人|大名|全名(?:是|叫)?|他叫|她叫|叫做|叫|名字)(?:[:是 ]|那个|这个|嗯|呃|额){{0,2}}({_NAME})"
)
# A name in a list, beside a number or alone: nothing but its characters between two breaks.
_BREAK = r"[\s,.。，、;:!?/+\-()]"
_ALONE = re.compile(
    rf"(?:^|(?<={_BREAK})|(?<=[\d和跟])|(?<=加上)|(?<=带上)|(?<=叫上)|(?<=还有))({_NAME})(?=$|{_BREAK}|[\d和跟])"
)
_AT_PHONE = re.compile(r"[\s,、:]{0,2}(?:电话|手机号?|号码)?[:是\s]{0,2}[1一幺+]")
_IN_NO_NAME = re.compile(
    r"[的了吗呢不没有是在我你他她这那哪怎什么几个么吧啊要去来到能会可以给把被报取退查办问请号岛镇路峙岙村]|多少|一下|没有|谢[谢您你啦过意]"
)

#: Beside a telephone number a word that stands alone is a name, though 有 能 来 are in it: 李有才, 陈来福.
_IN_NO_NAME_EVEN_THERE = re.compile(
    r"[的了吗呢不我你他她这那哪怎么吧啊请岛镇峙岙]|什么|多少|一下|没有|可以|几个|报名|取消|退|谢[谢您你啦过意]"
)


#: 「太极报名 茅小燕19900000701」: whatever the surname, what stands right before a number.
_BESIDE_PHONE = re.compile(rf"(?:^|(?<={_BREAK}))([一-鿿]{{2,3}}) ?(?=1[3-9]\d{{9}}(?!\d))")
_BEFORE_SPOKEN = re.compile(rf"(?:^|(?<={_BREAK}))([{SURNAMES}][一-鿿]{{1,2}}) ?$")
_NO_NAME_BESIDE_PHONE = re.compile(
    "电话|手机|号码|联系|姓名|名字|本人|报名|我的|老婆|老公|女儿|儿子|爱人|妈|爸|哥|姐|弟|妹|叔|姨|同事|工友|朋友|确认|改成|换成|新号"
)

#: What a child is called, and many a grown-up is named.
_GIVEN_NAMES = ("宝宝", "宝贝", "囡囡")


class NameFinder:
    """People's names, by surname and by where they stand."""

    def __init__(self, not_names: Sequence[str]) -> None:
        """`not_names` begin like a name and are none: 周日, 方便, 金塘."""
        self._not_names = tuple(not_names)

    def find(self, utterance: Utterance, taken: Iterable[Slot]) -> list[Slot]:
        """`person` slots. `taken` are slots that already say what their words are: no name starts in them."""
        text = utterance.text
        spans = {
            (found.start(1), found.end(1) - text.startswith(("电话", "手机", "号码"), found.end(1) - 1))
            for found in _STATED.finditer(text)
        }
        phones = [slot for slot in taken if slot.name.startswith("phone")]
        alone = [found.span(1) for found in _ALONE.finditer(text)]
        if phones or len(text) <= 12 or "报名" in text:
            spans |= {span for span in alone if self._stands_for_itself(text, span, bool(phones))}
        if phones or _TO_A_PARTY.search(text):
            spans |= {found.span(1) for found in _HELPED.finditer(text)}
            spans |= {span for slot in taken if slot.name == "relation" and (span := _after_kin(text, slot))}
            written = (found.span(1) for found in _BESIDE_PHONE.finditer(text))
            spoken = (_BEFORE_SPOKEN.search(text, 0, slot.start) for slot in phones)  # 楼小兵 幺九九…
            before = chain(written, (found.span(1) for found in spoken if found))
            spans |= {span for span in before if not _NO_NAME_BESIDE_PHONE.search(text[slice(*span)])}
        words = [slot for slot in taken if slot.name not in ("phone", "phone_invalid", "amount", "number")]
        stated = {found.start(1) for found in _STATED.finditer(text)}
        return [
            utterance.slot("person", text[start:end], start, end)
            for start, end in sorted(spans)
            if self._is_name(
                text[start:end], beside=bool(phones) and ((start, end) in alone or start in stated)
            )
            and not any(
                s.start < end
                and s.end > start
                and not _given_up(s, start, end, bool(phones) or start in stated)
                and not _across_joining(s, text, start)
                for s in words
            )
        ]

    def _stands_for_itself(self, text: str, span: tuple[int, int], phones: bool) -> bool:
        return phones or span[1] - span[0] >= 3 or len(text.strip()) == span[1] - span[0]

    def _is_name(self, name: str, beside: bool) -> bool:
        """`beside`: it stands alone in a message with a telephone number."""
        refused = _IN_NO_NAME_EVEN_THERE if beside else _IN_NO_NAME
        return not name.startswith(self._not_names) and not refused.search(name)


#: 「给我老公张伟也报一个」, 「我老婆李小红也加上」
_TO_A_PARTY = re.compile("报|加上|也加|再加|带上|添上|算上")
_WHOSE_NAME = re.compile(
    rf"(?:是|的|叫|名叫|姓名|名字)?[:： ]?([{SURNAMES}][一-鿿]{{1,2}}?)(?=$|{_BREAK}|[\d和跟也]|电话|手机|号码|要报|想报)"
)
#: 「帮韩梅梅也报」
_HELPED = re.compile(rf"[帮给替]([{SURNAMES}][一-鿿]{{1,2}}?)(?=也?报|也要报|也想报|登记)")
_GRADE = re.compile("高[一二三]")


def _after_kin(text: str, kin: Slot) -> tuple[int, int] | None:
    """The name that follows 女儿 at once: 我女儿林朵朵 199…."""
    found = _WHOSE_NAME.match(text, kin.end)
    return found.span(1) if found and not _GRADE.match(found[1]) else None


def _across_joining(slot: Slot, text: str, start: int) -> bool:
    """Whether that slot is only heard across 加上 and a name: 加上王大明 is no 上网."""
    return text.endswith(("加上", "带上", "叫上"), 0, start) and slot.start == start - 1


def _given_up(slot: Slot, start: int, end: int, sure: bool) -> bool:
    """Whether a name goes before that slot: 王定海 is no place, 王宝宝 no child, 鲁班 beside a telephone number no class."""
    if not sure or slot.start < start or slot.end > end:
        return False
    if slot.name in ("place", "outside", "date") or slot.text in _GIVEN_NAMES:
        return slot.start > start
    return slot.name == "event" and slot.value == "" and end - start == 2


# ---------------------------------------------------------------- how many, and for whom

_COUNT = re.compile(
    r" ?(?:个人|人|位|名(?!字|额已)|口人?|个名额|个(?:大人|小孩|孩子|同事|工友|小朋友))(?!以上|均|次|员|民|工|才|数|社|行|生|们?的?血汗)"
)
_OF_US = re.compile(
    r"(?:(?:我们|咱们?)(?:单位|科室|班组|车间|公司|厂里?|队里?|车队|宿舍|部门)?|一共|总共|加我|连我|家里?|全家|(?:姐妹|兄弟|父子|母女|工友|同事|一家|班组|夫妻)们?|报了?|来了?|去了?|加上我|共|带上?我?|先?占|留)[一共是有就了]{0,3}$"
)
#: 「五个也行」, 「那就三个吧」, 「改四个」: of so many is spoken already.
_BEGINS = re.compile(r"(?:那|就|先|嗯|哦|好|行|改|改成|变成|报|[,， ])*")
_ENOUGH = re.compile(r" ?个(?:人)?(?:也[行好可]|就[行好]|吧|好了|算了|都[去来])")
#: 两大一小, 一大一小
_BIG_AND_SMALL = re.compile(
    r"(?P<big>[\d一二两三四五六])个?大人?[ 和跟带]?(?P<small>[\d一二两三四五六])个?小(?:孩|朋友)?(?!时|[块元])"
)
#: 两张, 三个位子: what is taken or given back for as many people.
_TICKETS = re.compile(r" ?(?:张票?|个?(?:名额|位子|位置|座位|座))")
_TAKEN = re.compile(r"(?:抢|订|定|要|报|占|留|拿|来|买|约|退|退掉|还|给我|领)[了掉个 ]?$")
_GROUPS = re.compile(r"[,、 和跟加带]{0,2}$")
_KINDS = re.compile(r"个(?:大人|小孩|孩子|同事|工友|小朋友)")
_STRUCK = re.compile(r"(?:退|减|去掉|取消|少|删|撤|改[成为]?|变成|减到|只[去有剩来])[掉了去]?$")
_ONE_OF_US = re.compile(r" ?个(?![月小钟头多星礼班课地方点站活队项场比])")
_PLUS = re.compile(
    r"(?:\+|加) ?(?P<number>\d{1,2}|[一二两三四五六七八九十])(?!\d|[块元万千]|[ -]?1[3-9][\d -]{9})(?:个?人|个|位)?"
)
_PAIR = re.compile(
    r"夫妻(?:俩|两个?|二人)?|两口子|(?:我|咱|他|她|母女|父子|父女|母子|兄弟|姐妹|姐弟|兄妹|娘)(?:们)?(?:俩|两个)|俩人|我俩|两夫妻|小两口"
)
_WITH = re.compile(
    r"(?:我(?:自己|本人)?|本人|自己)(?:也)?(?:和|跟|与|同(?!事)|带着?|陪着?|还有|加上?)(?:我们?家?|俺|阿拉)?"
)
_WITH_ME = re.compile(r"(?:我|本人)(?:也?(?:一起|一道|一块|陪|跟)(?:去|着|她|他|来|报|参加)*|陪[她他])")
#: 「我和搭班的老王都去」: two, whoever he is.
_BOTH = re.compile(
    r"我(?:自己)?(?:和|跟|与|同)我?(?:妈|爸|娘|爹|弟|哥|姐|妹|姑|姨|舅)(?![一-鿿]{0,3}单位)"
    r"|我(?:和|跟|与)[老小阿](?!师|板|婆|公|孩|家|乡|姨)[一-鿿](?![一-鿿])"
    r"|我(?:自己)?(?:和|跟|与)(?!你|您|工会|单位|公司|老板)[一-鿿]{2,6}?(?:都|一起|一道|一块儿?|两个|俩)(?:想|要)?(?:报|去|来|参加|登记|学)"
)
#: Between 我和 or one of his and the next of his: 「老婆和两个」孩子, 俩 before 娃.
_JOINED = re.compile(
    r"[和跟与、,带]?(?:还有|再带|着|上)?(?:我们?家?|俺|阿拉)?(?:(?P<few>[俩仨])|(?P<number>\d{1,2}|[一两二三四五六七八九十]) ?[个名位])?[大小]?"
)
_FEW = {"俩": 2, "仨": 3}
#: 「急救培训我去 再带俩徒弟」
_AND_BRINGS = re.compile(
    r"我(?:去|来|参加|报)[,，。 ]*(?:再|还)(?:要)?带(?:上|着)?(?:(?P<few>[俩仨])|(?P<number>[一两二三四五六七八九十\d]) ?[个名位])"
)
_THREE = re.compile("(?:我们|咱们?|阿拉|哥|姐|兄弟|姐妹)仨|仨人")
#: 「除了我还有两个」
_BESIDE_ME = re.compile(
    r"除了?我(?:自己|本人)?(?:以外|之外)?[,， ]*(?:还有|另外(?:还有)?|再加)(?P<number>\d{1,2}|[一两二三四五六七八九十]) ?[个位名]"
)
_KEPT = re.compile(r"我的?(?:名额)?(?:保留|留着|还去|还要去|不退|照去|照旧|不变)|保留我|留我的")


class PeopleFinder:
    """How many people are to come, and whose kin or workmates they are."""

    def __init__(self, relations: Mapping[str, Sequence[str]]) -> None:
        """`relations`: child, employee, family (all others) → words."""
        self._lexicon = Lexicon(
            ("" if value == "none" else value, word)[::-1]
            for value, words in relations.items()
            for word in words
        )

    def find(self, utterance: Utterance) -> list[Slot]:
        """`people` (int) and `relation` (child, employee or family)."""
        kin = [hit for hit in self._lexicon.find(utterance) if hit.value]
        relations = [utterance.slot("relation", hit.value, hit.start, hit.end) for hit in kin]
        spans = [(hit.start, hit.end) for hit in kin]
        together, said = _together(utterance, spans)
        people = (together if said else None) or _counted(utterance) or together or _named(utterance, spans)
        return relations + ([people] if people else [])


def _counted(utterance: Utterance) -> Slot | None:
    """A number of people that is said. 加我一共三个 goes before 两个孩子."""
    text = utterance.text
    best: Slot | None = None
    for number in utterance.numbers:
        if number.approx or not 0 < number.value <= 500 or number.value != number.value.to_integral_value():
            continue
        before = text[: number.start]
        count = _COUNT.match(text, number.end)
        if not count and _TAKEN.search(before):
            count = _TICKETS.match(text, number.end)
        if _BEGINS.fullmatch(before) and (enough := _ENOUGH.match(text, number.end)):
            return utterance.slot("people", int(number.value), number.start, enough.end())
        total = _OF_US.search(before)
        end = count.end() if count else 0
        if not count and (total or _STRUCK.search(before)) and (one := _ONE_OF_US.match(text, number.end)):
            end = one.end()
        if not end or before.endswith(("第", "每", "每次", "几", "多少", "十几")):
            continue
        people = int(number.value)
        whose = before[-4:]
        if count and _KINDS.search(count.group()) and re.search(r"[我和带]", whose):
            people += 1 if "我" in before[-6:] and not before.endswith(("替", "帮", "给", "为")) else 0
        slot = utterance.slot("people", people, number.start, end)
        if _STRUCK.search(before):
            return slot  # 三个名额退掉一个
        if best and count and _KINDS.search(best.text) and _GROUPS.fullmatch(text[best.end : number.start]):
            slot = utterance.slot("people", best.value + people, best.start, end)  # 两个大人两个孩子
        if best is None or total or slot.start == best.start:
            best = slot
    return best or _put_in_words(utterance)


def _put_in_words(utterance: Utterance) -> Slot | None:
    """两大一小, 我们俩, 除了我还有两个, +3."""
    text = utterance.text
    if family := _BIG_AND_SMALL.search(text):
        both = sum(int(next(numbers(family[one])).value) for one in ("big", "small"))
        return utterance.slot("people", both, *family.span())
    if pair := _PAIR.search(text):
        return utterance.slot("people", 2, *pair.span())
    if three := _THREE.search(text):
        return utterance.slot("people", 3, *three.span())
    if brings := _AND_BRINGS.search(text):
        many = _FEW[brings["few"]] if brings["few"] else int(next(numbers(brings["number"])).value)
        return utterance.slot("people", 1 + many, *brings.span())
    if others := _BESIDE_ME.search(text):
        value = next(numbers(others["number"])).value
        return utterance.slot("people", 1 + int(value), *others.span())
    if plus := _PLUS.search(text):
        return utterance.slot("people", int(next(numbers(plus["number"])).value), *plus.span())
    return None


def _together(utterance: Utterance, kin: list[tuple[int, int]]) -> tuple[Slot | None, bool]:
    """我和老婆: two; 我带两个徒弟: three, and a number says so."""
    text = utterance.text
    together = _WITH.search(text)
    if together is None:
        return None, False
    people, said, end = 1, False, together.end() - 1  # 我陪老婆: 陪老婆 may be one word
    for start, stop in kin:
        if start < end:
            continue
        joined = _JOINED.fullmatch(text, max(end, together.end()), start) if start >= together.end() else None
        if joined is None and start >= together.end():
            break
        few, number = (joined["few"], joined["number"]) if joined else (None, None)
        people += _FEW[few] if few else int(next(numbers(number)).value) if number else 1
        said, end = said or bool(few or number), stop
    return (utterance.slot("people", people, together.start(), end), said) if people > 1 else (None, False)


def _named(utterance: Utterance, kin: list[tuple[int, int]]) -> Slot | None:
    """我和老婆 are two; 给我婆婆报, 我陪她 are two as well."""
    text = utterance.text
    if not kin:
        both = _BOTH.search(text)
        return utterance.slot("people", 2, both.start(), both.end()) if both else None
    if _KEPT.search(text):
        return utterance.slot("people", len(kin), kin[0][0], kin[-1][1])
    other = _WITH_ME.search(text, kin[0][1])
    if other:
        return utterance.slot("people", 1 + 1, other.start(), other.end())
    return None
