"""Who, how many, for whom; identity and insurance."""

from __future__ import annotations

import pytest

from tests.slot_tables import find, values

PHONES = [
    ("19900000521", "phone", "19900000521"),
    ("199 0000 0521", "phone", "19900000521"),
    ("199-0000-0521", "phone", "19900000521"),
    ("+86 19900000521", "phone", "19900000521"),
    ("１９９０００００５２１", "phone", "19900000521"),
    ("幺九九零零零零零五二幺", "phone", "19900000521"),
    ("1990000052", "phone_invalid", "1990000052"),
    ("199000005211", "phone_invalid", "199000005211"),
]


@pytest.mark.parametrize(("text", "name", "digits"), PHONES)
def test_a_mobile_number_is_its_digits_and_a_wrong_one_is_kept_to_be_shown(
    text: str, name: str, digits: str
) -> None:
    (slot,) = find(text, "phone", "phone_invalid")
    assert (slot.name, slot.value) == (name, digits)
    assert find(text, "amount", "number") == []


NAMES = [
    ("我叫李桂芳", ["李桂芳"]),
    ("姓名：王小明 电话19900000521", ["王小明"]),
    ("张三 19900000521", ["张三"]),
    ("再加上王大明 19900000521", ["王大明"]),
    ("加上网好慢", []),
    ("李有才 19900000521", ["李有才"]),
    ("报名健步走 王宁海 19900000522", ["王宁海"]),
    ("王宝宝 19900000523", ["王宝宝"]),
    ("王明天 19900000524", ["王明天"]),
    ("陈来福，19900000521", ["陈来福"]),
    ("李可欣、王会明 19900000521", ["李可欣", "王会明"]),
    ("能来吗 19900000521", []),
    ("李桂芳、王建国 19900000521", ["李桂芳", "王建国"]),
    ("欧阳小美", ["欧阳小美"]),
    ("陈阿花", ["陈阿花"]),
    ("报瑜伽 孙小梅 19900000688", ["孙小梅"]),
    ("李定海 19900000521", ["李定海"]),  # a name that holds a place's
    ("我叫李定海", ["李定海"]),
    ("报名 石磊 19900000521", ["石磊"]),
    ("再报一遍读书会 孙小梅 19900000688", ["孙小梅"]),
    ("周日", []),
    ("谢谢", []),
    ("谢海燕 19900000012", ["谢海燕"]),
    ("好的麻烦了", []),
    ("我的活动", []),
    ("四个大人", []),
    ("我不愿意给", []),
    ("为什么要手机号", []),
    ("钱多少", []),
    ("程度", []),
    ("高亭", []),
    ("钱什么时候到", []),
    ("马上去", []),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_names_are_told_from_words_that_begin_like_one(text: str, names: list[str]) -> None:
    assert values(text, "person") == names


def test_a_place_within_a_name_is_none() -> None:
    assert find("李定海 19900000521", "place") == []
    assert values("定海 19900000521", "place") == ["定海区"]


PEOPLE = [
    ("给我报两个人", [2]),
    ("我们一家三口去采摘", [3]),
    ("我和老婆报插花", [2]),
    ("加我一共三个", [3]),
    ("+1", [1]),
    ("林阿寿 +86 19900000412", []),
    ("夫妻俩都去", [2]),
    ("我们公司组队 17人", [17]),
    ("退一个人 当初报了三个", [1]),
    ("我带老婆孩子一起", [3]),
    ("两大一小", [3]),
    ("两个大人两个孩子", [4]),
    ("我们姐妹四个都想去", [4]),
    ("占三个位子", [3]),
    ("帮我抢两张票", [2]),
    ("替三个同事报一下", [3]),
    ("开了两张发票", []),
    ("两小时", []),
    ("八九个人吧", []),
    ("第二个", []),
    ("血汗钱拖了三个月", []),
]


@pytest.mark.parametrize(("text", "people"), PEOPLE)
def test_how_many_come(text: str, people: list[int]) -> None:
    assert values(text, "people") == people


RELATIONS = [
    ("我儿子住院", ["child"]),
    ("替老婆问", ["family"]),
    ("员工生病了", ["employee"]),
    ("参保对象有哪些", []),
    ("没对象", []),
]


@pytest.mark.parametrize(("text", "relations"), RELATIONS)
def test_for_whom_he_asks(text: str, relations: list[str]) -> None:
    assert values(text, "relation") == relations


IDENTITIES = [
    ("我是送外卖的", ["new_employment"], []),
    ("跑货拉拉算不算", ["new_employment"], []),
    ("浓民工能报吗", ["migrant_worker"], []),
    ("安徽过来的，在工厂上班", ["migrant_worker"], []),
    ("waimai", ["new_employment"], []),
    ("我退休了", ["other"], []),
    ("我不是农民工，我是送快递的", ["new_employment"], ["migrant_worker"]),
    ("不是农民工", [], ["migrant_worker"]),
    ("不是农民工也不是骑手", ["other"], ["migrant_worker", "new_employment"]),
    ("是不是农民工才能报", ["migrant_worker"], []),
]


@pytest.mark.parametrize(("text", "is_", "is_not"), IDENTITIES)
def test_what_he_is_and_what_he_says_he_is_not(text: str, is_: list[str], is_not: list[str]) -> None:
    assert (values(text, "identity"), values(text, "identity_not")) == (is_, is_not)


INSURED = [
    ("医保结过了", [True]),
    ("医保报完自己还付了六千", [True]),
    ("我有医保的", [True]),
    ("职工医保已结算", [True]),
    ("住院费报好了", [True]),
    ("报完自己还剩三千", [True]),
    ("医保后三千多点", [True]),
    ("没有医保", [False]),
    ("没交过新农合", [False]),
    ("医保还没报", ["not_yet"]),
    ("医保交在老家的 还没去报", ["not_yet"]),
    ("医保报过了 互助还没报", [True]),
    ("医保卡在哪里办", []),
]


@pytest.mark.parametrize(("text", "insured"), INSURED)
def test_whether_insurance_has_paid(text: str, insured: list[object]) -> None:
    assert values(text, "insured") == insured


def test_care_elsewhere_and_how_often() -> None:
    assert values("在上海的医院住了两次", "hospital") == ["elsewhere"]
    assert values("今年住了两次院", "stays") == [2]
