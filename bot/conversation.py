"""The whole way of a message, from what a worker sent to what he gets.

`respond` is the one entry. A copy of a message gets the reply of the first; effect, session and reply are one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.config import Config
from bot.hearing import NO_EVENTS, hear, hear_text, words_of
from bot.masking import mask
from bot.paging import TEXT_BYTES, first_page
from bot.publishing import Published
from bot.state.store import State, Transaction
from intents import INTENTS, service_named, service_of
from intents.care import stay, urgent
from intents.privacy import PRIVACY
from intents.said import names
from intents.smalltalk import menu, referral
from intents.stations import note_place
from intents.text import fold
from intents.topics import says_little
from intents.types import Choice, Context, Form, Match, Message, Reply, Service, Session

#: Events that are answered; every other one gets silence (protocol.md).
SPOKEN_EVENTS = ("subscribe", "click")

#: A question is put at most this often again, then we give a way out.
REPEATS = 2

#: Labels that never drop a form: said in passing.
IN_PASSING = ("thanks", "greet", "help", "human")


@dataclass(slots=True)
class Bot:
    """What answering needs: settings, state, the knowledge served, and a clock."""

    config: Config
    state: State
    published: Callable[[], Published]
    clock: Callable[[], datetime]


def respond(bot: Bot, message: Message) -> Reply:
    """Answer one delivery; every copy of it gets the same reply and has no second effect."""
    if message.kind == "event" and message.event not in (*SPOKEN_EVENTS, "unsubscribe"):
        return Reply()
    now, published = bot.clock(), bot.published()

    def take(tx: Transaction) -> tuple[Session, Reply]:
        turn = Turn(bot, published, message, hear(message, now, published), tx, now)
        reply = turn.take()
        return turn.session, reply

    return bot.state.once(message.sender, message.id, now, take, say=published.knowledge.text)


#: Lists that go on with 「更多」.
LISTED = ("station_find", "event_list", "event_signup")

#: Somebody takes up the form that waits.
GO_ON = re.compile("(好了?|那|我们|咱们)?[,，。 ]*(刚才|上次)?的?(接着|继续)(来|吧|办|说|弄)?[吧。!！]*")

#: 「刚才那个结果再发我一遍」, 「没看清 再说一次」
AGAIN = re.compile(
    "(?:那|个|刚才|刚刚|上面|上次|之前|前面|我|问|说|查|算|的|结果|内容|信息|消息|话|没看[清到见]|没听[清到见]|不见了|找不到了|删掉?了|[,，。 ]|"
    "麻烦|请|你|您|能不能|可以|可不可以|帮|给|把|跟|再|重新?|又)*[说发讲念贴](?:我|给我|出来)?[一个]?(?:遍|次|下|边)(?:给?我|看看|[行好]不?[行好]?|可以|吧|呗|吗|[?？。! ])*"
)
#: So many replies are looked through for one that said something: not for those to 「谢谢」 and 「你好」.
LOOKED_BACK, CIVIL = 10, ("thanks", "greet", "help")

#: An identity card's number.
ID_NUMBER = re.compile(r"(?:我的?)?(?:身份证号?码?)?[:：是 ]*(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?!\d)")
#: What may stand around a number that is the whole answer: 「我要第二个吧」.
AROUND_A_NUMBER = re.compile(r"[我要选看想就那是报的吧呢啊了嘛，。！!.、\s]*")


def _chosen(match: Match, count: int) -> int | None:
    """The number that the message is, and nothing else; the last of `count` for 「最后一个」."""
    slot = match.slot("ordinal")
    if slot is None or not AROUND_A_NUMBER.fullmatch(match.text[: slot.start] + match.text[slot.end :]):
        return None
    return count if slot.value == -1 else int(slot.value)


def _only_answers(match: Match) -> bool:
    """A bare 「对」: it answers what was asked, or nothing."""
    slot = match.slot("yes_no")
    return slot is not None and len(match.text.strip(" 。,，!！.~啊呀哦嗯吧嘛哈")) <= len(slot.text)


@dataclass(slots=True)
class Turn:
    """One message of one worker inside its transaction: the steps are tried in order, the first reply wins."""

    bot: Bot
    published: Published
    message: Message
    match: Match
    tx: Transaction
    now: datetime
    session: Session = field(init=False)
    context: Context = field(init=False)
    resumed: bool = False

    def take(self) -> Reply:
        self.session = self.tx.session()
        self._forget_what_is_old()
        self.context = Context(
            self.message,
            self.match,
            self.session,
            self.published.knowledge,
            self.tx.signups,
            self.tx.people,
            self.now,
            self.bot.config.server.public_url,
        )
        if self.message.kind == "event" and self.message.event == "unsubscribe":
            self.session = Session()
            return Reply()
        steps = (
            self._danger,
            self._id_number,
            self._other_kinds,
            self._more,
            self._choice,
            self._cancel,
            self._my_data,
            self._care,
            self._again,
            self._form,
            self._follow_up,
            self._wish,
        )
        reply = next(reply for step in steps if (reply := step()) is not None)
        return self._finish(reply)

    def say(self, key: str, **values: object) -> str:
        return self.context.knowledge.text(f"talk.{key}", **values)

    # ------------------------------------------------------------ before the meaning

    def _forget_what_is_old(self) -> None:
        session = self.session
        if not session.updated_at:
            return
        pause = self.now - datetime.fromisoformat(session.updated_at)
        keeping = self.bot.state.keeping
        if pause > timedelta(minutes=keeping.sensitive_minutes):
            for name in keeping.sensitive:
                session.memory.pop(name, None)
                if session.form is not None and session.form.service == name:
                    session.form = None
        if session.form is not None and pause > timedelta(minutes=self.bot.config.conversation.form_minutes):
            if self.bot.config.conversation.after_a_pause == "fresh":
                session.form = None
            else:
                self.resumed = True

    def _danger(self) -> Reply | None:
        return urgent(self.context, words_of(self.message))

    def _care(self) -> Reply | None:
        """Who spoke of wanting to die is not left alone with a menu; what answers the question in hand goes on."""
        return stay(self.context, answered=self._form_accepts)

    def _id_number(self) -> Reply | None:
        """Nobody's identity card is needed here: it is no sum and is not said again; the rest of the message counts."""
        words = words_of(self.message)
        if not ID_NUMBER.search(words):
            return None
        rest = ID_NUMBER.sub(" ", words).strip(" ,，。:：、")
        if rest:
            self.message = self.context.message = replace(self.message, text=rest)
            self._hear(rest)
            self.context.made["before"] = self.say("id_number")
            return None
        reply = Reply(self.say("id_number"))
        return self._reminded(reply) if self.session.form else reply

    def _other_kinds(self) -> Reply | None:
        kind = self.message.kind
        if kind in ("text", "location") or (kind == "voice" and self.message.text.strip()):
            return None
        if kind == "event":
            if self.message.event == "subscribe":
                return Reply(self.say("welcome"), intent="greet", choices=menu(self.context.knowledge))
            return None
        key = {
            "voice": "voice_empty",
            "image": "image",
            "video": "media",
            "shortvideo": "media",
            "link": "link",
            "miniprogram": "link",
        }.get(kind, "unknown_kind")
        choices = () if self.session.form else menu(self.context.knowledge)
        reply = Reply(self.say(key), choices=choices)
        return self._reminded(reply) if self.session.form else reply

    def _more(self) -> Reply | None:
        if self.match.text.strip() not in ("更多", "后面的", "还有呢"):
            return None
        if not self.session.more:
            if self.match.text.strip() != "更多" or self.session.last_intent in LISTED:
                return None  # a list of stations or events goes on
            return Reply(self.say("no_more"))
        return Reply(self.session.more)

    # ------------------------------------------------------------ answers to what was offered or asked

    def _choice(self) -> Reply | None:
        """A number stands for the words of the choice that was offered."""
        number = _chosen(self.match, len(self.session.offered)) if self.match.text else None
        if number is None:
            return None
        if not self.session.offered:
            return self._nothing_to_choose()
        if not 1 <= number <= len(self.session.offered):
            if self._form_accepts():
                return None
            return Reply(self.say("only_choices", count=len(self.session.offered)), choices=self._offered())
        self._hear(self.session.offered[number - 1]["send"])
        asked_about = self.session.memory.pop("asked_about", "")
        # An event of a list above it is taken by its own name.
        if asked_about and self.match.text == self.context.knowledge.text(f"labels.{self.match.intent}"):
            first = self.published.matcher.match(asked_about, self.now)
            self.match = replace(first, intent=self.match.intent, decision="answer", confidence=1.0, also=())
            self.context.match = self.match
        return None

    def _nothing_to_choose(self) -> Reply | None:
        """A bare number out of the blue, where no form waits and no service lists things by number."""
        if self.session.form is not None or "stations" in self.session.memory:
            return None
        return Reply(self.say("no_choice_now"), intent="help", choices=menu(self.context.knowledge))

    def _hear(self, text: str) -> None:
        self.match = hear_text(text, self.now, self.published)
        self.context.match = self.match

    def _offered(self) -> tuple[Choice, ...]:
        return tuple(Choice(one["label"], one["send"]) for one in self.session.offered)

    def _cancel(self) -> Reply | None:
        text = self.match.text.strip("。！!~ ")
        if text == self.say("ask_none"):
            return Reply(self.say("ask_other"))
        if text in ("返回", "主菜单", "返回主菜单", "回到开头", "退出"):
            self.session.form = None
            return Reply(self.say("back"), intent="help", choices=menu(self.context.knowledge))
        if text not in ("取消", "不办了", "算了", "算了吧", "不弄了", "不要了", "停", "先不办了"):
            return None
        form = self.session.form
        if form is None:
            return (
                Reply(self.say("nothing_to_cancel"))
                if text == "取消"
                else Reply(self.say("goodbye"), intent="thanks")
            )
        self.session.form = None
        return Reply(self.say("cancelled", what=self._title(form)))

    def _my_data(self) -> Reply | None:
        return PRIVACY.handle(self.context) if PRIVACY.wants(self.context) else None

    def _again(self) -> Reply | None:
        """「再说一遍」: the last answer that said something, word for word."""
        text = fold(self.match.text).strip()
        if not AGAIN.fullmatch(text) or not ("再" in text or "重" in text):
            return None
        said = (one for one in self.tx.last_replies(LOOKED_BACK) if one.text and one.intent not in CIVIL)
        last = next(said, None)
        if last is None:
            return Reply(self.say("nothing_to_repeat"), choices=menu(self.context.knowledge))
        return replace(last, counts=(), why=("said again",))

    def _form_accepts(self) -> bool:
        form = self.session.form
        return form is not None and service_named(form.service).accepts(self.context)

    def _form(self) -> Reply | None:
        """A question in hand does not imprison: its answer wins, a clear other wish is served, else it is asked again."""
        form = self.session.form
        goes_on = GO_ON.fullmatch(self.match.text.strip()) is not None
        if form is None:
            return Reply(self.say("nothing_to_resume")) if goes_on else None
        service = service_named(form.service)
        if form.service == "events" and NO_EVENTS.search(self.message.text.strip()):
            self.session.form = None
            return None
        if goes_on:
            return self._served(service)
        if service.accepts(self.context):
            reply = self._served(service)
            if self.resumed and self.session.form is not None:
                reply = replace(reply, text=self.say("resumed", what=self._title(form)) + "\n" + reply.text)
            return reply
        if self._clear_other_wish(service):
            return None
        form.asked += 1
        if form.asked > REPEATS + 1:
            self.session.form = None
            number = self.context.knowledge.contacts["union"].number
            return Reply(self.say("way_out", number=number), choices=menu(self.context.knowledge))
        return self._served(service)

    def _clear_other_wish(self, service: Service) -> bool:
        if self.message.kind == "location":
            return True
        if _only_answers(self.match) or says_little(self.match, service.labels[0]):
            return False
        if self.match.decision == "answer":
            return self.match.intent not in service.labels or self.match.intent in IN_PASSING
        return (
            self.match.decision == "refuse" and referral(self.context.knowledge, self.match.text) is not None
        )

    def _follow_up(self) -> Reply | None:
        """「那门诊呢」「还有吗」: the service that spoke last is asked first."""
        last = self.session.last_intent
        for service in sorted(INTENTS, key=lambda one: last not in one.labels):
            continues = getattr(service, "continues", None)
            if continues is not None and continues(self.context):
                return self._served_whole(service)
        return None

    # ------------------------------------------------------------ a wish of its own

    def _wish(self) -> Reply:
        if _only_answers(self.match) and self.match.intent != "thanks":
            return Reply(self.say("listening"), intent="greet")
        if self.match.decision == "ask":
            return self._ask_back()
        if self.match.intent == "oos":
            return self._not_ours()
        return self._served_whole(service_of(self.match.intent))

    def _served_whole(self, service: Service) -> Reply:
        """The wish, a second one of the same message, and a word on the form that still waits."""
        form = self.session.form
        reply = self._served(service)
        # A service may have seen that a second wish was none: it says so in the match of the context.
        for label in self.context.match.also:
            reply = self._and_then(reply, label)
        return self._reminded(reply) if form is not None and self.session.form is form else reply

    def _reminded(self, reply: Reply) -> Reply:
        """With a word on the form that still waits: below the answer, or above where choices end it."""
        parts = [self._reminder(), reply.text] if reply.choices else [reply.text, self._reminder()]
        return replace(reply, text="\n\n".join(parts))

    def _served(self, service: Service) -> Reply:
        reply = service.handle(self.context)
        return self._with_notices(reply)

    def _and_then(self, first: Reply, label: str) -> Reply:
        """Serve a second wish of the same message; a question of the first stays the one in hand, and stands last.

        Two lists with the same numbers, two questions, or more than fits: the second waits for a tap.
        """
        form, service = self.session.form, service_of(label)
        if form is not None and service_of(first.intent or label) is service:
            return first
        self.session.form = None
        self.context.match = replace(self.match, intent=label, also=())
        second = self._served(service)
        self.context.match = self.match
        asks, self.session.form = self.session.form is not None, form or self.session.form
        what = self.context.knowledge.text(f"labels.{label}")
        lead = self.say("then", what=what)
        fits = len(f"{first.text}{lead}{second.text}".encode()) < TEXT_BYTES - 100
        if form is not None and asks:
            self.session.memory["asked_about"] = self.match.text[:200]
            later = (*first.choices, Choice(what)) if first.choices else ()
            return replace(first, text=f"{self.say('then_later', what=what)}\n\n{first.text}", choices=later)
        if form is not None:
            # Its choices give way to those of the question, and so does the line above them.
            text = second.text.removesuffix(self.say("topics")).rstrip()
            return replace(first, text=f"{self.say('then_first', what=what)}\n{text}\n\n{first.text}")
        if not fits or (first.choices and second.choices):
            self.session.form = None
            self.session.memory["asked_about"] = self.match.text[:200]
            text = f"{first.text}\n\n{self.say('also_asked', what=what)}"
            return replace(first, text=text, choices=(Choice(what), *first.choices))
        if first.choices and not second.choices and asks:
            # The numbers of the first stand last: above a question they would seem to answer it.
            return replace(first, text=f"{self.say('then_first', what=what)}\n{second.text}\n\n{first.text}")
        # 「还可以问」 below the first would number what stands above the second's own list.
        text = first.text.removesuffix(self.say("topics")).rstrip()
        own = first.choices if text == first.text.rstrip() else ()
        return replace(first, text=f"{text}\n\n{lead}\n{second.text}", choices=second.choices or own)

    def _ask_back(self) -> Reply:
        labels = self.match.choices
        choices = [Choice(self.context.knowledge.text(f"labels.{label}")) for label in labels]
        self.session.memory["asked_about"] = self.match.text[:200]
        self._note_unmatched()
        return Reply(self.say("ask"), choices=(*choices, Choice(self.say("ask_none"))), why=("asked back",))

    def _not_ours(self) -> Reply:
        note_place(self.context)
        reply = self._served(service_of("oos"))
        if not reply.why:
            self._note_unmatched()
        return reply

    def _note_unmatched(self) -> None:
        """For the staff, masked; never what speaks of illness, nor what may be about a claim."""
        claims = {"claim_check", "claim_howto"} & {self.match.intent, *self.match.choices}
        if not claims and not names(self.context.knowledge, "private.illness", self.match.text):
            self.tx.note_unmatched(mask(self.match.text))

    # ------------------------------------------------------------ what stands around a reply

    def _title(self, form: Form) -> str:
        title = form.slots.get("title")
        return str(title or self.context.knowledge.text(f"labels.{service_named(form.service).labels[0]}"))

    def _reminder(self) -> str:
        form = self.session.form
        return self.say("unfinished", what=self._title(form)) if form else ""

    def _with_notices(self, reply: Reply) -> Reply:
        if not reply.intent:
            return reply
        notices = self.context.knowledge.notices_at(self.now, reply.intent)
        text = "\n\n".join([*(notice.text for notice in notices), reply.text])
        return replace(reply, text=text)

    def _finish(self, reply: Reply) -> Reply:
        """News that waited goes first, what is too long is cut, the session learns what was offered."""
        danger = "danger" in reply.why
        before = self.tx.people.news() if reply.text and not danger else []
        if reply.text and "before" in self.context.made:
            before.append(self.context.made["before"])
        if self.message.kind == "voice" and self.message.text.strip() and not danger:
            before.append(self.say("heard", text=self.message.text[:60]))
        text = "\n\n".join([*before, reply.text])
        page, self.session.more = first_page(text, reply.choices, self.say("more"))
        if reply.choices or reply.intent:
            self.session.offered = [
                {"label": one.label, "send": one.send or one.label} for one in reply.choices
            ]
        self.session.last_intent = reply.intent or self.session.last_intent
        self.session.updated_at = self.now.isoformat()
        return replace(reply, text=page, why=(*reply.why, *self._why()))

    def _why(self) -> tuple[str, ...]:
        if not self.match.text:
            return ()
        return (f"听成 {self.match.intent}，把握 {self.match.confidence:.0%}",)
