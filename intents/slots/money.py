"""Sums of money, and whose they are: what he paid himself, the whole bill, what was received already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal, cast

from intents.slots.numerals import DIGITS, Number, numbers
from intents.slots.utterance import Utterance
from intents.types import Slot

Role = Literal["own", "total", "covered", "received", "rule", "other", "plain"]

_MOST = Decimal(100_000_000)  # yuan; what is larger is no sum of a worker

_CURRENCY = re.compile(
    r"(?P<more>[多几余来])? ?(?:块钱?|元钱?|圆|[快筷](?:钱|(?=[ ,。了吧]|$))|洋钿|大洋|rmb|人民币|¥)"
)
_D = "".join(DIGITS)
_SMALL_CHANGE = re.compile(
    rf"零?(?P<jiao>[\d{_D}])(?:[毛角](?P<fen>[\d{_D}])?分?)?(?![\d千万百十个年月天次])"
)
_AFTER = re.compile(
    r" ?(?:(?P<more>多|几|余|来(?=[块元 ,。]|$)|出(?:一?点)?头|挂零|冒(?:一?点)?头|开外|朝上|以上|\+(?! ?\d)|好几)(?:一?点点?)?|(?P<about>把(?=[块元 ,。]|$)|左右|上下|样子|光景)|(?P<less>(?:(?:都|还|也)?(?:不到|勿到|弗到|没到|没有到)|以[下内](?=$|[ ,。了吧])|(?:还|就)?(?:差|少)(?:一?点))(?:一?点点?)?))"
)
_BEFORE = re.compile(
    r"(?:(?P<less>不到|不超过|没超过|没过|不足|没到|没有到|没满|不满|将近|接近|快要?|近|靠|小|差一?点|毛)"
    r"|(?P<more>超[过出]|不止|大于|高于|多于|起码|至少|超|>|刚过)"
    r"|(?P<about>大概|大约|约莫?|差不多|估计|左右|估摸着?|毛估估|约摸|≈|~))[了有是个要的 ]{0,2}$"
)
#: 一块儿去, 加一块: nobody asks about one yuan.
_TOGETHER = re.compile(rf"一块(?!钱|[\d{_D}](?![\d千万百十]))")
# What is counted, weighed or dated is not money.
_COUNTED = re.compile(
    r"[多几来余]?(?:个(?!w)|人|名|位|口|岁|周岁|年|月|日|号|天|周|星期|礼拜|小时|钟|分钟|刻|(?<!多)点|时|次|回|场|期|届|层|楼|栋|幢|室|米|公里|里(?![头面边])|斤|吨|"
    r"度|平|班|级|组|辆|条|张|份|页|步|户|家|折|%|村|弄|针|瓶|盒|片|册|本|节|台|只|倍|线|路|股|升|克|桌|件|单|趟|单元|"
    r"km|kg|房|病房|床|病区|[.]\d|拉来|跑|马拉松|[-:/]\d|之约|克力)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE_LIKE = re.compile(r"(?:19|20)\d\d|\d{1,2}\.\d{1,2}")
#: 1999够不够, 2000整, 比2000多点
_ENOUGH = re.compile("够|整(?![个年天月])|多一?点")
_SPENT_JUST_BEFORE = re.compile(
    r"(?:自[付负费理掏](?:部分|段|的)?|(?:个人|自己)(?:负担|承担|支付|现金)?(?:部分|段)?|zi ?fu|花|花了|花掉|花费|刷了|刷掉|刷卡|用了|用掉|付|付了|出了|自己出|我出|掏了?|交了|负担|支付|承担|共|合计|总计|金额|费用?|药费|贴了?|过|到手|报了|领了|拿了|刚好|正好|恰好|是|就|剩|剩下|还剩|已?[领拿报]|[上这那][次回趟]|第[一二三四][次回趟]|[¥:=])"
    r"(?:[: 是了的约大概共额为有个超过刚够满不止]|满打满算|差不多|将近|勉强|估计|起码|至少){0,6}$"
)

_HOTLINE = re.compile(r"1(?:1[0-49]|2[02])|12[34]\d\d|9[56]\d{3}")
_CALLED = re.compile(
    r"(?:打|拨|电话|热线|编号|号码|号|血压|血糖|体温|身高|体重|比例|分数|尾号|邮编|代码|编码|型号)[了过:是 ]{0,2}$"
)
_ABOUT_COSTS = re.compile(
    r"自[付负费理掏己]|[报付掏花费医院病药刀互补]|手术|[两三][次回]|[第前后][一二三两][次回趟]|[上这][次回趟]|[块元]"
)

_PAID_NOTHING = re.compile(r"自[付费理掏]了?$")

_CUES: tuple[tuple[Role, str], ...] = (
    (
        "rule",
        r"(?<![不领拿报用打刚])满(?!打)|(?<!勉强)(?<!刚)(?<!才)够|(?:要|得|须|需要?)自[付负费](?:部分)?(?=[^,。]{0,2}$)|按(?=[^,。]{0,1}$)|起付线?|起付标准|封顶线?|最高|最多(?!也)|最低|最少|上限|保底|门槛|超过(?=[^,。]{0,3}$)",
    ),
    (
        "other",
        r"工资|月薪|月入|年薪|底薪|挣|赚|收入|奖金|罚|扣(?![除掉完])|押金|定金|退款|退[了回还]|欠|骗|借|贷|少[了给发算拿]|多[扣收给发]了?|(?<!了)赔(?=[^,。]{0,1}$)|会费|保费|参保费|房租|退休金|补偿|赔偿|报名费|每人(?=[^,。]{0,2}$)|学费|税|税费|奖励|"
        r"能给|真给|会给|能报|可以报|能拿|能领|[能会想要](?:领|拿|报)满|给我|才给|只给|报得到|能补|就(?:有|给)(?=[^,。]{0,1}$)|补助标准|合同写的|先交|要交|怎么才|给(?=[^,。]{0,1}$)",
    ),
    (
        "covered",
        r"(?:医保|统筹|社保|农保|新农合|农合|商保|保险|基本医疗|大病险?|老家|公司|单位|老板|平台|肇事方|对方)[^,。 自我剩个]{0,8}?(?:报|付|出|赔|结|走|承担|支付|给|减|抵|扣|垫)[了掉走过去]*"
        r"|报销?(?:掉|走)|减免|抵扣|统筹(?:支付|基金)?|报销?了",
    ),
    (
        "received",
        r"(?:今年|之前|以前|上次|上回|前面|年初|上半年|下半年|前几个月|已经|[\d一二三四五六七八九十]月份?)[^,。;]{0,8}?(?:拿|领|报|赔|补助?|给|发|得|到账|到手)[到了过]*"
        r"|(?:拿|领|报|赔|补助?|发|得|报销|理赔|互助)过|已[领拿报](?=[^,。]{0,1}$)|(?:工会|互助)[^,。能会最多]{0,6}(?:给|赔|补|报|发|拿|领)了?|[领拿报用]满|领了|拿了(?=[^,。]{0,2}$)|拿到",
    ),
    (
        "total",
        r"总共|一共|总费用?|总额|总计|合计|全部|总的|总账|共计|总花费|发票|医药费总|账单|加起来|加一起|拢共|拢总|累计|统共",
    ),
    (
        "own",
        r"自[己家]|自[付负费理掏]|zi ?fu|个人|腰包|口袋|掏|剩下?的?|余下|还剩|实付|还[差缺]|现金|倒贴|缺口|我出|我付|贴了?|还?要[付出]|本人|以后|之后|过后|以外|(?<=[掉完除去好保])后",
    ),
)
_CUE = re.compile("|".join(f"(?P<{role}>{pattern})" for role, pattern in _CUES))
_RULE_AFTER = re.compile(
    r"(?:块钱?|元)?(?:起报|起付|封顶|起步|以上才|以上就|以上可以|以上能|才能|才可以|才给|才有|才行|才算|以[下内](?!$|[ ,。了吧])|那一?档|这一?档|那条线|这条线|的?(?:门槛|线|起付))"
)
#: 花了三万六，报销两万一
_BILL_LESS = re.compile(r"(?<![能可以会想要给再够好])报[销消]?[了掉到]?(?:大概|差不多|约)?$")
_QUESTION_AFTER = re.compile(r"(?:块钱?|元)?(?:[吗嘛么不吧]|能报吗?)[??]?$|[??]|的?怎么|的部分|就")
_OWN_AFTER = re.compile(r"(?:块钱?|元)?,? ?(?:都|全|全部)?是?(?:我?自[己付费负掏]|个人)")
_PAYERS = r"(?:医保|统筹|单位|公司|保险)"
_COVERED_AFTER = re.compile(
    rf"(?:块钱?|元)?,? ?(?:(?:都|全)?[是由被让]{_PAYERS}(?:报|付|出|赔|给|垫)|{_PAYERS}(?:报|付|出|赔|给|垫)的)"
)
_TOTAL_AFTER = re.compile(r"(?:块钱?|元)?,? ?(?:是|总共|的?总费用|总额)(?:总|的总|$)")
_RECEIVED_AFTER = re.compile(
    r"(?:块钱?|元)?,? ?(?:已经)?(?:互助金|领过|拿过|报过(?!医|社|农|新农|保险)|领走|到账|到手(?!最|能|多|几|有))了?"
)
_OTHER_AFTER = re.compile(r"(?:块钱?|元)?(?:钱)?(?:的)?(?:参加|参保|入会|入了|买的?(?:保险|互助)|那个互助)")
_ROLES_AFTER: tuple[tuple[re.Pattern[str], Role], ...] = (
    (_OTHER_AFTER, "other"),
    (_OWN_AFTER, "own"),
    (_COVERED_AFTER, "covered"),
    (_RECEIVED_AFTER, "received"),
    (_TOTAL_AFTER, "total"),
)
_BREAK = re.compile(r"[,。; ]")  # what follows belongs to the next sum
_INCOME_BEFORE = re.compile(
    r"每[天日月年](?:的?(?:补贴|补助|费用|护工费|床位费|发|给|交|扣|收))?$|(?:一个?月|每个?月|一年|每年|一天)(?:才|就|只|也|能|大概|差不多|拿|有|到手)*$"
)

_CORRECTED = re.compile(
    r"不对|[哦啊噢喔额呃]不|不不|[说打写搞弄讲记看]错|错了|更正|应该是|改成|口误|不好意思"
)
_NOT = re.compile(r"(?:[不勿弗]是|并非|又?不是说)$")
_ADDED = re.compile(
    r"第[一二三四][次回趟]|又|再|加上?|和|还有|另外|[两三2-9][次回趟]|分别|一[次回趟]|[+、&]|各|门诊|住院|手术|药|挂水|检查|核磁|ct|b超|胃镜|化验|拍片|挂号|床位|护理|康复|后来|这次|那次|[上这][回趟]"
)
#: 每次三百 做了八次
_EACH_OF = re.compile(r"(?:每|一)[次回趟][^,。 ]{0,4}$")
_OF_THEM = re.compile(r"[^。]{0,6}?(?P<times>\d{1,2}|[两二三四五六七八九十]) ?[次回趟](?!数)")
_EACH = re.compile(r"(?P<times>[两二三四五2-5])[次回趟][^。]{0,8}(?:各|都是|每次|每回)[^,。]{0,4}$")


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum in the text. `fen` is in 分."""

    fen: int
    start: int
    end: int
    approx: str
    role: Role = "plain"


_SOME = re.compile(
    r"(?<![\d一二三四五六七八九十几])(?P<unit>[千万百])把来?(?:块钱?|元|(?=[ ,。吧了]|$))"
    r"|(?:[费付负掏花出掉了要有贴]|费用|药费)(?P<up>上(?:了)?(?P<above>[千万]))(?:块钱?|元|的)?(?=[ ,。?!了吧]|$)"
)


_OF_SOME = frozenset("把上")


def find_money(utterance: Utterance) -> list[Slot]:
    """amount (his own payment), total and received."""
    text = utterance.text
    sums = _with_roles(utterance.text, _without_corrected(utterance.text, _sums(utterance)))
    slots = []
    if not sums and utterance.has_any(_OF_SOME) and (some := _SOME.search(text)):
        value = Decimal({"百": 100, "千": 1000, "万": 10_000}[some["unit"] or some["above"]])
        sums = [Sum(_fen(value), *some.span("up" if some["above"] else 0), ">" if some["above"] else "~")]
    own = _own(utterance.text, sums)
    if own is not None:
        slots.append(utterance.slot("amount", own.fen, own.start, own.end, own.approx))
    for role in ("total", "received"):
        found = [one for one in sums if one.role == role]
        if found:
            one = _together(found) if role == "received" else found[-1]
            slots.append(utterance.slot(role, one.fen, one.start, one.end, one.approx))
    return slots


# ---------------------------------------------------------------- what is a sum


def _sums(utterance: Utterance) -> list[Sum]:
    text = utterance.text
    result: list[Sum] = []
    for number in _with_shared_units(text, utterance.numbers):
        if result and number.start < result[-1].end:
            continue  # the 5 of 12块5
        one = _as_sum(text, number)
        if one is not None:
            result.append(one)
    return _ranges(text, result)


def _as_sum(text: str, number: Number) -> Sum | None:
    value, end, approx = number.value, number.end, number.approx
    before = text[max(0, number.start - 10) : number.start]
    if _TOGETHER.match(text, number.start):
        return None
    currency = _CURRENCY.match(text, end)
    if not currency and not _looks_like_money(text, number, before):
        return None
    least = 0 if _PAID_NOTHING.search(before) else Decimal("0.01")
    if not least <= value < _MOST or before.endswith(("第", "no", "no.", "几", "付负", "费负", "-")):
        return None
    if currency:
        end = currency.end()
        approx = ">" if currency["more"] else approx
        change = _SMALL_CHANGE.match(text, end) if not approx else None
        if change:
            value += _small_change(change)
            end = change.end()
    after = _AFTER.match(text, end)
    if after and not (after["less"] and text[after.end() : after.end() + 1].isdigit()):
        end = after.end()
        approx = _approx_after(after)
        follow = _CURRENCY.match(text, end)
        end = follow.end() if follow else end
        late = _AFTER.match(text, end)
        if late and late["about"]:
            end, approx = late.end(), approx or "~"
    approx = approx or _approx_before(before)
    start = number.start - 1 if before.endswith("¥") else number.start
    return Sum(_fen(value), start, end, approx)


_APPROX = {"less": "<", "more": ">", "about": "~"}


def _approx_after(found: re.Match[str] | None) -> str:
    return _APPROX[str(found.lastgroup)] if found else ""


def _approx_before(before: str) -> str:
    found = _BEFORE.search(before)
    return _APPROX[str(found.lastgroup)] if found else ""


def _looks_like_money(text: str, number: Number, before: str) -> bool:
    if _COUNTED.match(text, number.end):
        return False
    if number.unit >= 100 and number.value >= 100:
        return True
    if before.endswith("¥"):
        return True
    if not number.arabic:
        told = text[number.start : number.end]
        return len(told) >= 3 and number.value >= 100 and bool(_SPENT_JUST_BEFORE.search(before))
    digits = number.arabic.replace(",", "")
    if len(digits.partition(".")[0]) > 8 or (digits.startswith("0") and not digits.startswith("0.")):
        return False
    spent = _SPENT_JUST_BEFORE.search(before)
    if spent:
        return number.value >= 10
    if number.value >= 100 and _ENOUGH.match(text, number.end):
        return True
    if _DATE_LIKE.fullmatch(digits) or _HOTLINE.fullmatch(digits) or _CALLED.search(before):
        return False
    if number.value >= 100 and len(digits) <= 6 and _ABOUT_COSTS.search(text):
        return True
    return "," in number.arabic or len(digits.partition(".")[2]) == 2


def _small_change(change: re.Match[str]) -> Decimal:
    jiao, fen = (int(DIGITS.get(digit, digit)) for digit in (change["jiao"], change["fen"] or "0"))
    return Decimal(jiao) / 10 + Decimal(fen) / 100


def _fen(yuan: Decimal) -> int:
    return int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP))


_UP_TO = re.compile(r" ?(?:到|至|-|~) ?")
_OR_SO = re.compile(r" ?(?:到|至|-|~|、|,) ?")


def _ranges(text: str, sums: list[Sum]) -> list[Sum]:
    """三千到四千 is one sum, about the lower."""
    result: list[Sum] = []
    for one in sums:
        last = result[-1] if result else None
        if last and last.fen < one.fen and _UP_TO.fullmatch(text[last.end : one.start]):
            result[-1] = replace(last, end=one.end, approx="~")
        else:
            result.append(one)
    return result


def _with_shared_units(text: str, found: Sequence[Number]) -> list[Number]:
    """四到五千, 4、5千, 4000-5000: two numbers are one, about the lower, in the unit of the higher."""
    result: list[Number] = []
    for number in found:
        last = result[-1] if result else None
        gap = text[last.end : number.start] if last else ""
        if last and last.value < number.value and last.unit == 1 and _OR_SO.fullmatch(gap):
            shared = last.value < 100 and number.unit >= 100 and last.value * number.unit < number.value
            lower = last.value * number.unit if shared else last.value
            alike = len(last.arabic) >= 3 and len(number.arabic) >= 3 and gap.strip() not in ("、", ",")
            if shared or (alike and number.value < 10 * last.value and not _YEAR.fullmatch(number.arabic)):
                result[-1] = Number(lower, last.start, number.end, "~", number.unit, number.arabic)
                continue
        if last and gap == "、" and number.unit * 10 == last.unit > 1:
            if number.value == last.value % last.unit + number.unit:  # 一万二、三千
                result[-1] = replace(last, end=number.end, approx="~")
                continue
        result.append(number)
    return result


# ---------------------------------------------------------------- which sum is meant, and whose it is


def _without_corrected(text: str, sums: list[Sum]) -> list[Sum]:
    kept: list[Sum] = []
    for one in sums:
        gap = text[kept[-1].end if kept else 0 : one.start]
        if _NOT.search(gap.rstrip(" 说")):
            continue  # 是三万不是三千
        if kept and _CORRECTED.search(gap):
            kept.pop()
        kept.append(one)
    return kept


def _with_roles(text: str, sums: list[Sum]) -> list[Sum]:
    if not sums:
        return []
    found = [replace(one, role=_role(text, sums, i)) for i, one in enumerate(sums)]
    strangers = _of_others(text)
    for i, one in enumerate(found):
        asked = any(_OR.fullmatch(text[a.end : b.start]) for a, b in pairwise(found[max(0, i - 1) : i + 2]))
        told = any(start <= one.start < end for start, end in strangers)
        if asked or told:
            found[i] = replace(one, role="other")
    return _with_bill(found)


_OR = re.compile(r" ?,?还是 ?")  # 是一千还是两千 asks
_OTHERS = re.compile(
    r"(?<![被跟和问])(?:别人|(?<![差欠给帮替为])人家(?![医老店])|有人|听说|网上说?)(?![撞打砸])[^。我]*"
)
_COMPARED = re.compile(r"(?:同事|工友|朋友|邻居|老乡|亲戚)[^。我]*(?:领|拿|报|赔)[了到][^。我]*")
_WONDERS = re.compile(r"真的|真假|是不是|是吗|对吗|凭什么|为什么|为啥|怎么我|我也|我呢")


def _of_others(text: str) -> list[tuple[int, int]]:
    """Where he tells what others paid or got: 别人自付一万拿了三千, 我同事领了两千是不是."""
    patterns = (_OTHERS, _COMPARED) if _WONDERS.search(text) else (_OTHERS,)
    return [found.span() for pattern in patterns for found in pattern.finditer(text)]


def _with_bill(sums: list[Sum]) -> list[Sum]:
    """住院花了8万 医保报掉5万: a larger sum before what insurance paid is the bill, where nothing is his own."""
    plain = [i for i, one in enumerate(sums) if one.role == "plain"]
    if len(plain) != 1 or any(one.role in ("own", "total") for one in sums):
        return sums
    bill = sums[plain[0]]
    covered = sum(one.fen for one in sums[plain[0] :] if one.role == "covered")
    if 0 < covered < bill.fen:
        return [replace(one, role="total") if one is bill else one for one in sums]
    return sums


def _role(text: str, sums: list[Sum], i: int) -> Role:
    one = sums[i]
    begin = sums[i - 1].end if i else 0
    before = text[max(begin, one.start - 24) : one.start]
    after = text[one.end : sums[i + 1].start if i + 1 < len(sums) else len(text)]
    if _RULE_AFTER.match(after):
        return "rule"
    if _INCOME_BEFORE.search(before):
        return "other"
    for pattern, role_after in _ROLES_AFTER:
        said = pattern.match(after)
        if said and (role_after == "other" or i + 1 == len(sums) or _BREAK.search(after, said.end())):
            return role_after
    if i and one.fen < sums[i - 1].fen and _BILL_LESS.search(before):
        return "covered"
    cue: re.Match[str] | None = None
    for cue in _CUE.finditer(before):  # noqa: B007 - the last one is wanted
        pass
    if cue is None or _EACH.search(before):
        return "plain"
    role = cast(Role, cue.lastgroup)
    between = before[cue.end() :]
    if role == "received" and ("没" in cue.group() or "没" in before[max(0, cue.start() - 2) : cue.start()]):
        return "plain"
    if role == "covered" and len(sums) == 1 and _BREAK.search(between):
        return "plain"  # 医保报了 3200
    distance = len(before) - cue.end()
    if role == "rule":
        limit = cue.group() != "超过" or bool(_QUESTION_AFTER.match(after))
        return "rule" if limit and distance <= 4 else "plain"
    if distance > 10 or (role == "other" and (distance > 5 or re.search(r"[,。; ]", before[cue.end() :]))):
        return "plain"
    return role


def _own(text: str, sums: list[Sum]) -> Sum | None:
    """His own payment: said so, or spent with no word about whose, or the bill less what insurance paid."""
    found = [one for one in sums if one.role in ("own", "plain")]
    if any(one.role == "own" for one in found):
        while found[0].role == "plain" and not _ALL_OWN.search(text, found[-1].end):
            found.pop(0)
    total = [one for one in sums if one.role == "total"]
    if len(found) > 1 and total and not any(one.role in ("own", "covered") for one in sums):
        return total[-1]  # 一月花了两千，二月三千，加起来五千
    if found:
        return _several(text, found)
    covered = [one for one in sums if one.role == "covered"]
    paid = sum(one.fen for one in covered)
    if total and covered and total[-1].fen > paid:
        parts = sorted((total[-1], *covered), key=lambda one: one.start)
        approx = total[-1].approx or ("~" if any(one.approx for one in covered) else "")
        return Sum(total[-1].fen - paid, parts[0].start, parts[-1].end, approx)
    return total[-1] if total else None


_IN_ALL = re.compile(r"(?:块钱?|元)?[ ,]?(?:合计|加一?起|一共|总共|加起来|两[次笔个]加)(?![^ ,。?吗]*\d)")
_ALL_OWN = re.compile(r"都是?(?:我?自己|自[付费掏])")


def _several(text: str, sums: list[Sum]) -> Sum:
    first = sums[0]
    each = _EACH.search(text[: first.start])
    if len(sums) == 1:
        if not each and _EACH_OF.search(text[: first.start]):
            each = _OF_THEM.match(text, first.end)
        return replace(first, fen=first.fen * _times(each["times"])) if each else first
    if _ALL_OWN.search(text, sums[-1].end) or _IN_ALL.match(text, sums[-1].end):
        return _together(sums)
    added = [first]
    for one in sums[1:]:
        if _ADDED.search(text[added[-1].end : one.start]) or _ADDED.match(text, added[-1].end):
            added.append(one)
    return _together(added)


def _times(said: str) -> int:
    return int(next(numbers(said)).value)


def _together(sums: list[Sum]) -> Sum:
    approx = next((one.approx for one in sums if one.approx), "")
    return Sum(sum(one.fen for one in sums), sums[0].start, sums[-1].end, approx)


# ---------------------------------------------------------------- a bare number


_BARE_START = re.compile(r"[嗯呃额啊哦是就有 ,.]*(?:刚好|正好|恰好|大概|大约|约|差不多|不到|快|将近|超过)?")
_BARE_WRONG = re.compile(
    r"[嗯呃额啊哦是就 ,.]*[\d.,千百万十零一二两三四五六七八九kw块元]+[ ,.。!…]*"
    r"(?:不对|[哦啊噢喔额呃]?不[是对]?|说错了?|打错了?|写错了?|错了|更正|应该是|改成|口误|不好意思|[是 ,.。!…])+"
)
_BARE_END = re.compile(r"[ .。,!了吧的啊呢]*$")


_BESIDE = re.compile(r"(?:我|是|的|了|吧|大概|[ ,.。])*(?:块钱?|元)?(?:我|是|的|了|吧|[ ,.。])*")


def find_sum_beside(utterance: Utterance, words: Sequence[Slot]) -> list[Slot]:
    """外卖 5000: an `amount` that stands with nothing but what he is."""
    if not words:
        return []
    text, number = utterance.text, next(iter(utterance.numbers), None)
    if number is None or not 100 <= number.value < _MOST or number.end - number.start > 8:
        return []
    taken = [(number.start, number.end), *((slot.start, slot.end) for slot in words)]
    rest = "".join(char for i, char in enumerate(text) if not any(a <= i < b for a, b in taken))
    if not _BESIDE.fullmatch(rest):
        return []
    return [utterance.slot("amount", _fen(number.value), number.start, number.end, number.approx)]


def _added_up(utterance: Utterance) -> Slot | None:
    """1000+2000加1782, and nothing else: their sum."""
    numbers, text = utterance.numbers, utterance.text
    if len(numbers) < 2 or any(one.value < 100 or one.value >= _MOST for one in numbers):
        return None
    gaps = [text[a.end : b.start] for a, b in pairwise(numbers)]
    rest = text[: numbers[0].start] + text[numbers[-1].end :]
    if not all(_PLUS.fullmatch(gap) for gap in gaps) or not _BARE_END.fullmatch(rest):
        return None
    total = sum((one.value for one in numbers), Decimal(0))
    return utterance.slot("amount", _fen(total), numbers[0].start, numbers[-1].end)


_PLUS = re.compile("(?:块钱?|元)? ?(?:[+＋、,]|加上?|和|再加) ?")


def find_bare_number(utterance: Utterance, slots: list[Slot]) -> list[Slot]:
    """A message that is nothing but a number: `number`, and an `amount` too when it is no choice of a list."""
    text = utterance.text
    if not any(slot.name == "amount" for slot in slots) and (added := _added_up(utterance)):
        return [added]
    said = [number for number in utterance.numbers if _CORRECTED.search(text[: number.start])]
    number = next(iter(said or utterance.numbers), None)
    begin = _BARE_START.match(text) if number else None
    if said and number and _BARE_WRONG.fullmatch(text[: number.start]):
        begin = re.match(".*", text[: number.start])  # 8600，哦不，6800
    if begin is None or number is None or number.start != begin.end() or number.value >= _MOST:
        return []
    after = _AFTER.match(text, number.end)
    end = after.end() if after else number.end
    if not _BARE_END.match(text, end):
        return []
    found = []
    if number.value == number.value.to_integral_value():
        found.append(utterance.slot("number", int(number.value), number.start, number.end))
    if (number.value >= 10 or number.value == 0) and not any(slot.name == "amount" for slot in slots):
        approx = number.approx or _approx_after(after) or _approx_before(text[: number.start])
        found.append(utterance.slot("amount", _fen(number.value), number.start, end, approx))
    return found
