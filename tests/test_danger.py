"""A person in danger is answered before anything else; figures of speech, games, work and treatment are not danger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.chat import Clock
from bot.conversation import Bot, respond
from bot.publishing import Published
from intents.danger import sign_of
from intents.types import Message, Reply
from knowledge.base import Knowledge
from knowledge.compiler import compile_content

#: What people write when they want to die, by what it is made of.
WISHES = """
活着真没啥意思
活下去有什么意义呢
一点盼头都没有 活着图个啥
我真不知道人活着为了什么
找不到活下去的理由了
活着也是遭罪
我活着就是家里人的累赘
实在不想再这样活下去了
没力气再活了
就想一觉睡过去 再也不用醒
睡着了不用醒就好了
没有我 家里会好过些
死了倒清净
安眠药吃多少会死
跳下去疼不疼
我恨不得一头撞死
车子直接开进海里算了
老伴走了 我想下去陪她
娃没了 我也跟着他走算了
替我照顾好爸妈 我先走了
绳子挂好了 这日子没盼头
银行卡密码写在本子上 孩子以后就拜托你们
我不该活在这世上
真想闭上眼再也不睁开
我拿刀片割自己
煤气打开了 我先睡了
""".strip().splitlines()

#: The same, as a keyboard, dictation or somebody who hides it writes it.
MISHEARD = [
    "或者没意思",
    "获着真没意义",
    "不想获了",
    "wo bu xiang huo le",
    "不.想.活.了",
    "活不夏去了",
    "不想huo了",
]

#: At a place where it could happen.
BRINK = [
    "工头跑了 半年工钱没拿到 现在坐在天台边上",
    "我在大桥上 想跟爸妈说句对不起",
    "坐在礁石上 老婆跑了 欠了一屁股债",
    "爬上塔吊了 不给工资我不下来",
    "一个人在海边 走投无路了",
]

HURT = ["手腕割了", "把手腕划开了", "安眠药吃了一整瓶", "吃了三十多片安眠药", "喝了半瓶农药", "吞了一大把药"]

#: Said of somebody else → what the answer begins with.
OTHERS = [
    ("工友发消息说活着没意思", "放在心上"),
    ("我徒弟老是念叨活着没劲", "放在心上"),
    ("我老婆想不开 怎么劝", "放在心上"),
    ("同事说不想活了 今天电话不接", "马上打 110"),
    ("有人要跳楼", "马上打 110"),
    ("师傅站在楼顶上不肯下来", "马上打 110"),
    ("室友吃了一瓶安眠药", "马上打 120"),
    ("班长半夜坐在船边 说想跳下去", "马上打 110"),
    ("老公留了张纸条说对不起孩子 人不见了", "马上打 110"),
    ("妹妹手腕上都是刀疤", "放在心上"),
]

#: The same words where they mean something else.
HARMLESS = """
今天送单累死了
这笑话笑死我了
热死了哪里有空调
想死你们啦 好久没联系
急死我了 工资还没发
这活没意思
这活没意思 不想干了
这游戏玩着没意思
游戏里活着没意思 不如送人头
这局活着没什么意思了 队友全没了
生活没意思 有什么活动
这个活动没啥意思
老板做人没意思
他不干了
不想活动
不想再活动了
没法干活了
干这活得有证吗
这活得干多久
站在楼顶上修空调
在楼顶装光伏 中暑算工伤吗
爬到顶楼送餐 累坏了
站在跨海大桥上拍照
我在桥上 附近有驿站吗
我在码头 工资没拿到
在办事窗口坐着等叫号
跳海游泳活动
跳海游泳怎么报名
跳楼价促销
割了手指 工伤
切菜切到手腕 不小心割破了
手腕被机器割了
腱鞘炎 手腕切开手术 自费五千
药吃了还是疼
药吃完了还没好 能报吗
吃了一瓶药还没好
吃了两片感冒药
药买好了 能报销吗
上吊车
塔吊天天爬上爬下
活动我也跟着去算了
老公去外地了 我也跟着去算了
师傅走了 我也跟着走算了
我先走了 再见
想跟老师说声对不起
对不起打错了
希望活动早点结束
准备走了
下辈子再也不送外卖了
他爸死了 欠的钱是不是不用还
同事睡着了 叫不醒
没有我的名字
我走了以后社保怎么办
等我走了再领行吗
笑不活了
他要跳槽
死活打不通电话
窗台上站着鸟
工友去世了 我想去送送他
老公去世了 工会有补助吗
绝望 又没抢到名额
我爸妈在天津 我去找他们
""".strip().splitlines()

#: What else cannot wait → the number that must stand in the answer.
URGENT = [
    ("船上有人触电了怎么办", "120"),
    ("老板再拖我拿刀去砍死他", "110"),
    ("有人说是工会的，要我先交两百手续费才能领补助", "110"),
    ("手割了一刀 血流不停", "120"),
]

#: After 「我想死」: what he says to care → what stays with him.
TO_CARE = [
    ("不想打电话", "那就先不打"),
    ("你别劝我了", "我不劝"),
    ("别管我", "我不劝"),
    ("说了也没用", "一个人扛到现在"),
    ("谁也帮不了我", "一个人扛到现在"),
    ("你就是个机器", "我是个程序"),
    ("我要老板把钱给我", "12333"),
    ("网贷还不起了", "12348"),
    ("打了 占线", "没接上"),
    ("我就一个人", "最难熬"),
    ("那你说我怎么办", "12356"),
    ("随便吧", "12356"),
    ("还在桥上", "慢慢往里退"),
    ("嗯", "12356"),
    ("1", "12356"),
    ("你好", "12356"),
]


class Talk:
    """One worker and the bot."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.said = 0

    def say(self, text: str) -> Reply:
        self.said += 1
        return respond(self.bot, Message("小李", str(self.said), "text", self.bot.clock(), text=text))


@pytest.fixture
def talk(make_bot: Callable[..., Bot]) -> Talk:
    return Talk(make_bot())


@pytest.mark.parametrize("text", WISHES + MISHEARD)
def test_a_wish_to_die_is_met_with_care(text: str, talk: Talk) -> None:
    reply = talk.say(text)
    assert "您说的我听见了" in reply.text and all(
        number in reply.text for number in ("12356", "110", "120", "12351")
    )


@pytest.mark.parametrize("text", BRINK)
def test_who_stands_at_the_edge_is_asked_to_step_back_first(text: str, talk: Talk) -> None:
    reply = talk.say(text).text
    assert reply.startswith("您先别动") and "110" in reply and "12356" in reply


@pytest.mark.parametrize("text", HURT)
def test_who_is_hurt_already_is_told_to_ring_120_first(text: str, talk: Talk) -> None:
    reply = talk.say(text).text
    assert reply.startswith("请马上打 120") and "按住" in reply


@pytest.mark.parametrize(("text", "words"), OTHERS)
def test_who_fears_for_another_is_told_what_to_do_for_him(text: str, words: str, talk: Talk) -> None:
    reply = talk.say(text).text
    assert words in reply and "12356" in reply


@pytest.mark.parametrize("text", HARMLESS)
def test_the_same_words_in_another_sense_are_no_danger(text: str, talk: Talk, published: Published) -> None:
    assert sign_of(published.knowledge, text) is None or "想问的事" in talk.say(text).text
    assert "danger" not in talk.say(text).why


@pytest.mark.parametrize(("text", "number"), URGENT)
def test_what_cannot_wait_gets_its_number_at_once(text: str, number: str, talk: Talk) -> None:
    assert number in talk.say(text).text


@pytest.mark.parametrize("text", ["割了手指 工伤", "手腕被机器割了", "手被钢板砸了"])
def test_an_injury_at_work_gets_120_and_what_to_do(text: str, talk: Talk) -> None:
    reply = talk.say(text).text
    assert "120" in reply and "工伤" in reply and "12356" not in reply


def test_a_question_about_what_is_past_is_answered_with_a_word_of_care(talk: Talk) -> None:
    reply = talk.say("去年自杀未遂住院 自己付了八千 互助能报吗").text
    assert "12356" in reply and "8,000" in reply


def test_who_is_worn_out_gets_a_kind_word_even_where_the_matter_is_not_ours(talk: Talk) -> None:
    assert "12356" in talk.say("失眠吃哪种药管用").text


def test_an_exaggeration_with_a_clear_question_is_answered(talk: Talk) -> None:
    reply = talk.say("累得不想活了 定海哪里有驿站")
    assert "12356" in reply.text and "定海" in reply.text and reply.intent == "station_find"
    assert "您说的我听见了" in talk.say("累得不想活了").text


def test_who_is_hard_pressed_is_helped_with_a_word_of_care_before_it(talk: Talk) -> None:
    reply = talk.say("实在撑不住了 困难补助能不能给一点").text
    assert reply.startswith("听得出您很难") and "12356" in reply and "困难" in reply


def test_what_may_be_nothing_is_asked_about_gently(talk: Talk) -> None:
    assert "我有点放心不下" in talk.say("药我都备好了").text
    assert "松了口气" in talk.say("不是那个意思 是感冒药").text
    assert "danger" not in talk.say("有什么活动").why


@pytest.mark.parametrize(("text", "words"), TO_CARE)
def test_the_care_stays_in_hand_whatever_he_answers(text: str, words: str, talk: Talk) -> None:
    talk.say("我想死")
    reply = talk.say(text)
    assert words in reply.text and "12356" in reply.text and not reply.choices


def test_who_is_hurt_is_kept_to_the_wound_and_the_ambulance(talk: Talk) -> None:
    talk.say("手腕割了")
    assert "先把门打开" in talk.say("家里没人").text
    assert "我陪您等" in talk.say("120 打了 在等车").text
    assert "按住" in talk.say("没用的 好疼").text


def test_nothing_is_said_twice_in_a_row_and_never_a_menu(talk: Talk) -> None:
    replies = [
        talk.say(text)
        for text in ("活着没意思", "唉", "没用的", "唉", "没用的", "不想活了", "唉", "没用", "活够了")
    ]
    texts = [reply.text for reply in replies]
    assert all(one != two for one, two in pairwise(texts))
    assert all("12356" in reply.text and not reply.choices for reply in replies)


def test_a_clear_other_question_is_answered_with_a_word_that_remembers(talk: Talk) -> None:
    talk.say("不想活了")
    wages = talk.say("老板欠的工资能要回来吗")
    assert wages.text.startswith("您刚才说的我还记着") and "12356" in wages.text and "12333" in wages.text
    assert "我还记着" not in talk.say("仲裁要多久").text, "once is enough"
    assert "12356" in talk.say("算了 没用的").text, "and the care is taken up again"


def test_who_is_well_again_ends_the_care(talk: Talk) -> None:
    talk.say("坐在天台边上了")
    assert "松了口气" in talk.say("我下来了").text
    assert "danger" not in talk.say("随便").why


@pytest.mark.parametrize("text", ["我想通了 再见", "没事了 我先走了", "绳子找到了"])
def test_what_sounds_like_a_farewell_is_not_being_well(text: str, talk: Talk) -> None:
    talk.say("不想活了")
    assert "松了口气" not in talk.say(text).text
    assert "danger" in talk.say("嗯").why


def test_half_an_hour_later_only_low_words_bring_the_care_back(make_bot: Callable[..., Bot]) -> None:
    clock = Clock()
    bot = make_bot(clock=clock)
    talk = Talk(bot)
    talk.say("不想活了")
    clock.set((bot.clock() + timedelta(minutes=29)).isoformat())
    assert "danger" in talk.say("随便").why
    clock.set((bot.clock() + timedelta(minutes=31)).isoformat())
    assert "danger" not in talk.say("随便").why
    assert "danger" in talk.say("心里好难受").why


def test_news_of_the_other_one_makes_it_urgent(talk: Talk) -> None:
    talk.say("我工友说他不想活了")
    assert "马上打 110" in talk.say("今天没来上班 手机关机").text
    assert "110 打了没有" in talk.say("宿舍也找不到").text
    assert "马上打 110" in talk.say("他老婆也联系不上").text
    assert "人没事就好" in talk.say("找到了").text


def test_without_such_a_talk_the_same_news_is_none(talk: Talk) -> None:
    assert "110 打了没有" not in talk.say("他今天没来上班 电话不接").text


def test_danger_goes_before_a_question_in_hand(talk: Talk) -> None:
    talk.say("我是送外卖的，想看看医疗互助能不能报")
    assert "12356" in talk.say("算了，不想活了").text
    assert "继续" in talk.say("谢谢你").text, "the form waits"
    answered = talk.say("8000").text
    assert answered.startswith("您刚才说的我还记着") and "8,000" in answered


@pytest.mark.parametrize("kind", ["image", "voice", "location"])
def test_what_holds_no_words_is_met_with_care_too(kind: str, make_bot: Callable[..., Bot]) -> None:
    bot = make_bot()
    Talk(bot).say("想跳海")
    point = (29.98, 122.21) if kind == "location" else None
    reply = respond(bot, Message("小李", "x", kind, bot.clock(), point_gcj02=point))  # type: ignore[arg-type]
    assert "110" in reply.text and not reply.choices


def test_a_content_without_these_words_has_the_shipped_ones(content_copy: Path, tmp_path: Path) -> None:
    for name in ("crisis", "danger", "care"):
        (content_copy / "words" / f"{name}.toml").unlink()
    compile_content(content_copy, tmp_path / "knowledge.db")
    sign = sign_of(Knowledge(tmp_path / "knowledge.db"), "活着真没啥意思")
    assert sign is not None and sign.kind == "wish"
