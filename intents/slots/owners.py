"""Whose a sum is: what he paid himself, the whole bill, what insurance paid or the mutual aid gave, a rule's limit."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import cast

from intents.slots.numerals import numbers
from intents.slots.sums import Role, Sum

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
        r"|报销?(?:掉|走)|减免|抵扣|统筹(?:支付|基金)?|报销?[了过]",
    ),
    (
        "received",
        r"(?:今年|之前|以前|上次|上回|前面|年初|上半年|下半年|前几个月|已经|[\d一二三四五六七八九十]月份?)[^,。;]{0,8}?(?:拿|领|报|赔|补助?|给|发|得|到账|到手)[到了过]*"
        r"|(?:拿|领|赔|补助?|发|得|理赔|互助)过|已[领拿](?=[^,。]{0,1}$)|(?:今年|之前|以前|上次|上回|已经?|互助|工会)[^,。;]{0,4}报销?过|已[领拿报](?=[^,。]{0,1}$)|(?:工会|互助)[^,。能会最多]{0,6}(?:给|赔|补|报|发|拿|领)了?|[领拿报用]满|领了|拿了(?=[^,。]{0,2}$)|拿到",
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
    r"(?:块钱?|元)?,? ?(?:已经)?(?:互助金|领过|拿过|领走|到账|到手(?!最|能|多|几|有))了?"
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

CORRECTED = re.compile(r"不对|[哦啊噢喔额呃]不|不不|[说打写搞弄讲记看]错|错了|更正|应该是|改成|口误|不好意思")
_NOT = re.compile(r"(?:[不勿弗]是|并非|又?不是说)$")
_ADDED = re.compile(
    r"第[一二三四][次回趟]|又|再|加上?|和|还有|另外|[两三2-9][次回趟]|分别|一[次回趟]|[+、&]|各|门诊|住院|手术|药|挂水|检查|核磁|ct|b超|胃镜|化验|拍片|挂号|床位|护理|康复|后来|这次|那次|[上这][回趟]"
)
#: 每次三百 做了八次
_EACH_OF = re.compile(r"(?:每|一)[次回趟][^,。 ]{0,4}$")
_OF_THEM = re.compile(r"[^。]{0,6}?(?P<times>\d{1,2}|[两二三四五六七八九十]) ?[次回趟](?!数)")
_EACH = re.compile(r"(?P<times>[两二三四五2-5])[次回趟][^。]{0,8}(?:各|都是|每次|每回)[^,。]{0,4}$")


def without_corrected(text: str, sums: list[Sum]) -> list[Sum]:
    """The sums but those that he takes back: 三千 哦不 三万."""
    kept: list[Sum] = []
    for one in sums:
        gap = text[kept[-1].end if kept else 0 : one.start]
        if _NOT.search(gap.rstrip(" 说")):
            continue  # 是三万不是三千
        if kept and CORRECTED.search(gap):
            kept.pop()
        kept.append(one)
    return kept


def with_roles(text: str, sums: list[Sum]) -> list[Sum]:
    """The sums, each with whose it is by the words around it."""
    if not sums:
        return []
    found = [replace(one, role=_role(text, sums, i)) for i, one in enumerate(sums)]
    strangers = _of_others(text)
    for i, (last, one) in enumerate(pairwise(found), 1):
        between = text[last.end : one.start]
        if last.role in ("received", "covered") and one.role == "plain" and _AND.fullmatch(between):
            found[i] = replace(one, role=last.role)
        elif _PART_OF.search(between):
            found[i] = replace(one, role="other")
    for i, one in enumerate(found):
        asked = any(_OR.fullmatch(text[a.end : b.start]) for a, b in pairwise(found[max(0, i - 1) : i + 2]))
        told = any(start <= one.start < end for start, end in strangers)
        if asked or told:
            found[i] = replace(one, role="other")
    return _with_bill(found)


#: 拿过1000和1500, 一回八百一回一千二: the second is as the first.
_AND = re.compile("(?:块钱?|元)?[ ,、]?(?:和|跟|加上?|又|还有|另外)?(?:[一第]?[一二三两]?[回次笔趟])?[ ,、]?")
#: 自付三万 其中自费药一万
_PART_OF = re.compile("(?:其中|里头?面?(?:有|是|的)?|当中|包括|包含|含)[^,。;]{0,8}$")
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


def own_payment(text: str, sums: list[Sum]) -> Sum | None:
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
        return together(sums)
    added = [first]
    for one in sums[1:]:
        if _ADDED.search(text[added[-1].end : one.start]) or _ADDED.match(text, added[-1].end):
            added.append(one)
    return together(added)


def _times(said: str) -> int:
    return int(next(numbers(said)).value)


def together(sums: list[Sum]) -> Sum:
    """Several sums as one."""
    approx = next((one.approx for one in sums if one.approx), "")
    return Sum(sum(one.fen for one in sums), sums[0].start, sums[-1].end, approx)
