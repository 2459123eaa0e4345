"""What people say about stations beside naming a place: their trouble, their questions after a list."""

from __future__ import annotations

import re

PHONE = re.compile("电话|号码|怎么联系|联系方式|打给谁")
HOURS = re.compile("几点|(什么|啥)时候(开|关)|开门|关门|开到|开吗|开不|开放时间|营业|上班")
ROUTE = re.compile(
    "怎么(去|走|过去|到)|[带领送]我(去|过去)|导航|地图|路线|在哪|在啥地方|什么地方|哪里|地址|位置"
)
#: 「现在在哪」 asks for the place, not for the hours.
WHERE_NOW = re.compile("现在(是)?在(哪|啥地方|什么地方)")
HAS = re.compile("有什么|有啥|设施|能干(什么|啥)|有没有|有.{1,6}(吗|么|没)|能.{1,6}(吗|么|不)")
THAT = re.compile("刚才|刚刚|那个|这个|那家|这家|它|那里|那边|那儿|这里|到那|你说的|上面")
ORDER = re.compile("报名|活动|报销|人工")
ROUTES = re.compile("怎么(去|走|过去|到)|[带领送]我(去|过去)|导航|路线|地址")
#: A question about hours, and no wish for others: 「几点关门」.
WHEN = re.compile(
    "(去|过去|来).{0,2}(有没有|还有|有)人|(有没有|有)人(在|值班|看)|中午(休息|关门|关不关|有人|不休)|午休|几点|(什么|啥)时候(开|关)|开到|开放时间"
)

CLOSED_DOOR = re.compile(
    "关着门|关门了(?!吗|么|没|[?？])|没开(?!吗|么|[?？])|锁着|锁了|白跑|(?<!开)不开门(?!吗|么)|门关|进不去|没人开"
)
BROKEN = re.compile("坏了|坏掉|坏的|用不了|充不(了|上|进)|不出水|没水|停水|太脏|很脏|脏死|不制冷|漏水")
WRONG_SPOT = re.compile(
    "导(到|错|进)|(位置|地址|定位)(写|标|登|给)?(不对|错|得不对|不准)|(根本|死活|到处|半天).{0,4}找不(到|着)|找不(到|着)(地方|这个|那个)|搬(走|家)了"
)
#: How long the way takes: that is the map's to say, but how far it is can be said.
HOW_LONG = re.compile("走路|步行|几分钟|多久(能|可以)?(到|走)|多长时间|骑车|骑过去|开车(要|过去)")
#: 「那周日去哪」 asks for another one.
OTHERS = re.compile("去哪|哪(个|家|里|儿)(还|能|有|开)|别的|其他")
#: Which of two places is nearer.
COMPARE = re.compile("哪(个|边|里|头)(更|比较|要)?(近|方便|好走|远)")
#: Beside the way, a station is asked for.
ANOTHER = re.compile("哪(个|家)?(站|驿站)|哪有|哪里(能|可以|有)|有没有(驿站|站点|地方)")
#: What may stand around a place and a time in a message that is nothing else.
AROUND = re.compile("[ ,.，。!！?？的呢吗呀啊]|以后|之后|以前|左右|附近|那边|这边|现在")
#: How many there are.
COUNT = re.compile(
    "分布图|名单|一览|总表|(有|一共|总共|全市|登记了?).{0,6}(几|多少)(个|家|处)|几(个|家)(驿站|站)"
)
#: Not well from the heat, and looking for somewhere to sit.
HEAT = re.compile("中暑|(晒|热)(晕|昏|倒)|头晕")
SIT = re.compile("歇|坐|躺|凉|休息|缓一缓|空调")
#: Whether there is a road at all, of two places named at once.
NEEDS_BOAT = re.compile(
    "(要|用|得)(不要|不用)?(坐|乘)船|有(没有)?桥|通(不通)?(桥|路|车)|开车(能|可以)?(到|去)"
)
#: A container that moves.
MOVED = re.compile("(啥|什么|多少)时候搬|几时搬|搬(过|到|去|来)|会搬|要搬|挪(过|到|走|了)|移(过|到|走)")
#: He goes there, or does without.
GOING = re.compile(
    "^[哦噢好那行嗯的,，。 ]*(我|咱)?(就|先|这就)?(过去|去看看|出发|去)了?(了|啦|看看|吧)?[。!！]?$"
)
NEVER_MIND = re.compile("^(算了|不用了?|不要了?|没事了?|不找了)")
LOST = re.compile("(丢|落|忘|掉|(?<!阿)拉)(了|在|下)|遗失|捡到|不见了")
BORROW = re.compile(
    "(能|可以|可不可以|好)(不能)?借(?!.{0,3}(伞|雨))|借(回|走|书|阅|出|几)|外借|办.{0,2}借书证"
)
USE = re.compile(
    "(谁|(什么|啥)时候)建|密码|门禁|(想|要|能)?(建|设|办)(一|个|立|设).{0,4}(驿站|站点|小屋|书屋)|申请(建|设|办)|招人|招聘|谁(在)?管|谁负责|干净|卫生|消毒|(能|可以)(不能)?(去|来)?住|预约|要还(吗|么|伐|不)|免费|要钱|收费|花钱|要不要(会员|登记|刷卡|扫码|证)|会员(才|能|吗)|是会员|刷卡|扫码|要登记|过夜|睡觉|睡一觉"
    "|能进(去)?(吗|么|不)|进得去|(谁|游客|保安|退休|外地人|路人|骑手|司机|学生).{0,3}(能|可以|好).{0,2}(用|去|进)|怎么用"
    "|(是|干|做)(什么|啥|嘛)(的|用)|什么(是|叫)|有(哪些|哪几)种|几种"
)
LODGE = re.compile("能.{0,3}住|住宿|多少钱|要钱|自费|自己出|收费")
WHERE = re.compile("哪里|哪儿|在哪|哪有|附近|最近|近的|找")
BOAT = re.compile(
    "从.{2,8}?(骑车|骑过|骑电瓶|走路|走过|步行|开车|开过)|坐船|乘船|轮渡|渡轮|摆渡|渡船|过海|有桥|通桥|开车(能|可以)?(到|去|过)|车.{0,2}开(得)?(过去|到|进)|开车过去|(骑|开)(电瓶|电动|摩托|小)?(车|驴|电驴).{0,3}(行不行|行吗|行么|可以吗|可不可以|能不能|能到|到得了|过得去)|(骑|走|开)得?(过去|到)(行不行|行吗|可以吗|可不可以|得了|吗|么|伐)|过去(近|远|多)|近不近|远不远|远吗|多远"
)

#: How far it is, and not whether a boat is needed.
FAR = re.compile("近不近|远不远|远吗|多远|远伐")

ANY_THERE = re.compile("驿站|站点|书屋|歇|充电|有吗|有没有|有么|有的|哪")
#: He will not go by boat; 「坐船也行」 takes it back.
NO_BOAT = re.compile("(不|别|勿)(想|用|要|愿意?|肯|能|必)?(坐|乘)船|不过海|不上船|晕船")
BOAT_TOO = re.compile("(坐|乘)船也(行|可以|好|没事|无所谓)|可以(坐|乘)船(?!到|去|吗)")

MORE = re.compile(
    r"^那?(附近|边上|周边|旁边)(的)?呢[?？]?$|^那?(附近|边上|周边|旁边)?再?(还有(吗|么|没有?|呢|伐|啥|什么|别的|其他)|更多|别的(呢|站|还有)|换一?个|再来|下一个|再(找|给|看)|其他的)"
)
NEARER = re.compile("^那?(要|找)?(近的|近些)(呢|吗|有吗)?[?？]?$|近一?点|最近的|更近|太远")
HERE = re.compile("附近|我这|这里|这边|旁边|周边|离我")
#: 「那现在呢」.
THEN = re.compile("^那?(现在|这会儿?|今天|明天|后天|今晚|晚上|周[一二三四五六日末]|半夜|中午)(呢|还?开|有)")
#: 「哪里可以…」 asks for something else, 「能…的」 narrows what was asked.
ANEW = re.compile("哪里|哪儿|哪有|找个|找一|附近")
#: What stands between places that are asked about together.
JOINED = re.compile(
    "[ ,，]*(想|要|准备|打算|得)(去|到|往|回)[ ]*|[ 、/-]*((那边|这边|街道)?[ 、]*(和|跟|与|及|以及|还有|或者?|再?到|再?去|往|至|送到|跑到?|开到|骑到|加上|同)?)[ ]*"
)
#: What people ask for and no list of facilities has.
UNREGISTERED = re.compile("洗澡|淋浴|冲凉|洗衣|打印|复印|(电动车|电瓶车|电瓶)充电|换电池?|停车|加油|理发|床")
THAT_TOO = re.compile("^(那|还要|还得|也要)|呢[?？]?$")
