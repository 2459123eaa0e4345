"""The tables that admins edit: one declared column drives parser, error, help and template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from knowledge import cells

Kind = Literal[
    "text", "id", "count", "limit", "flag", "list", "choice", "choices",
    "date", "time", "from", "until", "hours", "degrees", "phone",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One column."""

    name: str
    heading: str
    kind: Kind = "text"
    required: bool = False
    also: tuple[str, ...] = ()  # headings that are taken for this one
    empty: Any = ""  # the value of an empty cell
    #: Word in the cell → value; the first word of a value is its name.
    choices: Mapping[str, str] = field(default_factory=dict)
    means_empty: tuple[str, ...] = ()  # words for what an empty cell means
    help: str = ""  # for the template
    example: str = ""

    def read(self, text: str) -> Any:
        """The value of a cell that is not empty. Raises cells.Unreadable with what to write instead."""
        if text in self.means_empty:
            return self.empty
        if self.kind == "choice":
            return self._choice(text)
        if self.kind == "choices":
            return cells.read_choices(text, self.choices)
        return _READERS[self.kind](text)

    def _choice(self, text: str) -> str:
        try:
            return cells.read_choice(text, self.choices)
        except cells.Unreadable as error:
            raise cells.Unreadable(f"{error}；{self.help}" if self.help else str(error)) from None


@dataclass(frozen=True, slots=True)
class Table:
    """One file of rows."""

    name: str  # of the file, without its ending
    title: str  # the name that a Chinese file may have
    fields: tuple[Field, ...]

    def field_of(self, heading: str) -> Field | None:
        """The column under that heading or one of its other names."""
        plain = _plain_heading(heading)
        for one in self.fields:
            if plain in map(_plain_heading, (one.heading, one.name, *one.also)):
                return one
        return None


def _plain_heading(heading: str) -> str:
    """A heading without case, spaces, stars of required columns and what stands in brackets."""
    plain = cells.half_width(heading).lower().replace(" ", "").replace("\n", "").strip("*:")
    return plain.split("(")[0] or plain


_READERS: Mapping[str, Any] = {
    "text": cells.read_text,
    "id": cells.read_id,
    "count": cells.read_count,
    "limit": cells.read_limit,
    "flag": cells.read_flag,
    "list": cells.read_list,
    "date": cells.read_date,
    "time": cells.read_time,
    "from": cells.read_from,
    "until": cells.read_until,
    "hours": cells.read_hours,
    "degrees": cells.read_degrees,
    "phone": cells.read_phone,
}

STATION_KINDS = {
    "工会驿站": "rest_station",
    "驿站": "rest_station",
    "户外劳动者服务站点": "rest_station",
    "户外劳动者驿站": "rest_station",
    "暖新驿站": "rest_station",
    "暖“新”驿站": "rest_station",
    "爱心驿站": "rest_station",
    "骑手驿站": "rest_station",
    "小哥驿站": "rest_station",
    "司机之家": "rest_station",
    "妈咪暖心小屋": "nursing_room",
    "母婴室": "nursing_room",
    "职工书屋": "bookhouse",
    "书屋": "bookhouse",
    "职工服务中心": "service_center",
    "服务中心": "service_center",
    "职工疗休养基地": "recuperation",
    "疗休养基地": "recuperation",
    "劳模工匠创新工作室": "studio",
    "创新工作室": "studio",
}

FACILITIES = {
    "饮水": "water", "热水": "water", "开水": "water", "饮用水": "water", "饮水机": "water",
    "充电": "charging", "手机充电": "charging", "插座": "charging",
    "微波炉": "microwave", "热饭": "microwave", "加热": "microwave",
    "冰箱": "fridge",
    "空调": "aircon", "冷气": "aircon",
    "取暖": "heating", "暖气": "heating",
    "桌椅休息": "rest", "休息": "rest", "桌椅": "rest", "座椅": "rest", "沙发": "rest",
    "厕所": "toilet", "卫生间": "toilet", "洗手间": "toilet",
    "雨具": "rain", "雨伞": "rain",
    "药箱": "medicine", "医药箱": "medicine", "急救箱": "medicine",
    "工具": "tools", "工具箱": "tools", "针线": "tools",
    "Wi-Fi": "wifi", "wifi": "wifi", "无线网": "wifi", "无线": "wifi",
    "图书": "books", "书": "books", "书报": "books", "书籍": "books",
    "母婴": "nursing", "母婴室": "nursing", "哺乳": "nursing",
}  # fmt: skip

DATUMS = {
    "WGS-84": "wgs84", "WGS84": "wgs84", "GPS": "wgs84", "CGCS2000": "wgs84",
    "GCJ-02": "gcj02", "GCJ02": "gcj02", "高德": "gcj02", "腾讯": "gcj02", "微信": "gcj02",
    "火星坐标": "gcj02",
}  # fmt: skip

#: How often one person may.
ONCE = {"每个活动一次": "event", "一次": "event", "每场一次": "session", "每场都可以": "session",
        "同类每月一次": "month", "每月一次": "month", "同类每年一次": "year", "每年一次": "year"}  # fmt: skip

PLACE_KINDS = {kind: kind for kind in ("市", "县级", "乡镇街道", "岛", "片区", "地标", "别名")}

STATIONS = Table(
    "stations",
    "站点",
    (
        Field(
            "id",
            "编号",
            "id",
            required=True,
            also=("序号", "代码"),
            help="每个站点一个，定了不要改",
            example="s01",
        ),
        Field(
            "name",
            "名称",
            required=True,
            also=("站点名称", "驿站名称", "名字", "站点"),
            example="示例工会驿站",
        ),
        Field(
            "kind", "类型", "choice", required=True, also=("类别", "种类", "站点类型"), choices=STATION_KINDS
        ),
        Field(
            "place",
            "所在地",
            required=True,
            also=("所在乡镇", "乡镇街道", "街道", "乡镇", "区域", "地点"),
            help="places.csv 里的名称或别名",
            example="沈家门街道",
        ),
        Field("address", "地址", also=("详细地址", "具体地址"), help="写到门牌或楼层，让人找得到"),
        Field("lon", "经度", "degrees", also=("lon", "lng", "longitude"), empty=None, example="122.29802"),
        Field("lat", "纬度", "degrees", also=("lat", "latitude"), empty=None, example="29.95763"),
        Field(
            "datum",
            "坐标系",
            "choice",
            also=("坐标",),
            choices=DATUMS,
            help="经纬度从高德、腾讯、微信地图取的填 GCJ-02，GPS 测的填 WGS-84；百度地图的不能用",
        ),
        Field(
            "hours",
            "开放时间",
            "hours",
            also=("开放时段", "营业时间", "服务时间", "时间"),
            help="不知道就空着",
            example="周一至周五 8:30-11:30 13:30-17:00",
        ),
        Field("phone", "电话", "phone", also=("联系电话", "电话号码", "联系方式", "手机"), example="12351"),
        Field("operator", "运营单位", also=("单位", "建设单位", "管理单位")),
        Field(
            "facilities",
            "设施",
            "choices",
            also=("服务设施", "设备", "服务内容"),
            empty=(),
            choices=FACILITIES,
        ),
        Field(
            "moving_since",
            "位置日期",
            "date",
            also=("挪动日期", "移动日期"),
            empty=None,
            help="会搬动的集装箱驿站：从哪天起在这里",
            example="2026-11-01",
        ),
        Field("note", "备注", also=("说明", "提示")),
    ),
)

HOLIDAY_KINDS = {
    "休": "rest", "放假": "rest", "休息": "rest", "节假日": "rest",
    "班": "work", "上班": "work", "调休上班": "work", "补班": "work",
}  # fmt: skip

HOLIDAYS = Table(
    "holidays",
    "节假日",
    (
        Field("day", "日期", "date", required=True, also=("哪天",), example="2027-01-01"),
        Field(
            "kind",
            "性质",
            "choice",
            required=True,
            also=("类型",),
            choices=HOLIDAY_KINDS,
            help="“休”是放假，“班”是调休要上班的周末；一年列满了，这一年才算知道",
        ),
        Field("name", "说明", also=("节日", "名称", "备注"), example="元旦"),
    ),
)

CLOSURES = Table(
    "closures",
    "临时关闭",
    (
        Field(
            "station",
            "站点编号",
            "id",
            required=True,
            also=("编号", "站点"),
            help="stations.csv 里的编号",
            example="s01",
        ),
        Field("starts", "开始", "date", required=True, also=("从", "开始日期"), example="2026-12-01"),
        Field(
            "ends",
            "结束",
            "date",
            also=("到", "结束日期", "截止"),
            empty=None,
            help="这一天也算在内；还没定就空着",
            example="2026-12-07",
        ),
        Field(
            "hours",
            "开放时间",
            "hours",
            also=("时间",),
            means_empty=("关闭", "关门", "闭馆", "不开", "不开放", "休息", "暂停开放", "停用"),
            help="这几天另有开放时间就写上；空着就是关闭",
            example="9:00-12:00",
        ),
        Field("reason", "原因", also=("说明", "备注"), example="示例装修"),
    ),
)

BRIDGES = Table(
    "bridges",
    "桥",
    (
        Field("name", "名称", required=True, also=("桥名", "名字"), example="示例大桥"),
        Field(
            "one",
            "一头",
            required=True,
            also=("从", "起点"),
            help="一头的岛、乡镇或道路组，places.csv 里的名称",
            example="六横岛",
        ),
        Field("other", "另一头", required=True, also=("到", "终点"), help="同上", example="舟山岛"),
        Field(
            "opens",
            "通车日期",
            "date",
            required=True,
            also=("通车", "开通日期"),
            help="从这一天起，两头就算有路相通；还没通车也可以先写上",
            example="2027-07-01",
        ),
        Field(
            "closes",
            "停用日期",
            "date",
            also=("停用", "封闭日期"),
            empty=None,
            help="这一天以后不能走；没有就空着",
        ),
    ),
)

EVENTS = Table(
    "events",
    "活动",
    (
        Field(
            "id",
            "编号",
            "id",
            required=True,
            also=("序号", "活动编号"),
            help="每个活动一个，发布以后不要改",
            example="e01",
        ),
        Field(
            "title",
            "名称",
            required=True,
            also=("活动名称", "标题", "活动", "活动标题"),
            example="示例健步走",
        ),
        Field("kind", "类别", required=True, also=("类型", "活动类型", "种类"), example="健步走"),
        Field("description", "简介", also=("活动简介", "内容", "介绍", "活动内容")),
        Field(
            "place", "地点", also=("活动地点", "所在地"), help="places.csv 里的名称或别名", example="临城街道"
        ),
        Field("address", "地址", also=("详细地址", "集合地点")),
        Field(
            "starts_at",
            "开始",
            "time",
            also=("开始时间", "活动时间", "活动开始"),
            empty=None,
            example="2026-12-05 14:00",
        ),
        Field(
            "ends_at", "结束", "time", also=("结束时间", "活动结束"), empty=None, example="2026-12-05 16:00"
        ),
        Field(
            "signup_opens_at",
            "报名开始",
            "from",
            also=("报名开始时间",),
            empty=None,
            example="2026-11-25 09:00",
        ),
        Field(
            "signup_closes_at",
            "报名截止",
            "until",
            also=("报名结束", "截止时间", "报名截止时间"),
            empty=None,
            example="2026-12-03 17:00",
        ),
        Field(
            "quota",
            "名额",
            "limit",
            also=("人数", "限额", "名额数"),
            empty=None,
            help="不限就空着",
            example="30",
        ),
        Field(
            "taken_elsewhere",
            "已占名额",
            "count",
            also=("已报人数", "线下名额"),
            empty=0,
            help="别处已经给出去的名额",
            example="0",
        ),
        Field(
            "waiting_list",
            "候补",
            "flag",
            also=("可候补", "是否候补"),
            empty=True,
            help="满了以后让不让排队",
            example="是",
        ),
        Field(
            "people_per_signup",
            "每次可报人数",
            "count",
            also=("每次人数", "一次可报人数"),
            empty=1,
            example="1",
        ),
        Field("who", "对象", also=("参加对象", "面向", "参与对象")),
        Field("members_only", "仅限会员", "flag", also=("会员", "只限会员"), empty=False, example="否"),
        Field(
            "fee", "费用", also=("收费", "价格"), help="用话写；不花钱写“免费”，不知道就空着", example="免费"
        ),
        Field("contact", "联系方式", "phone", also=("联系电话", "电话", "咨询电话"), example="12351"),
        Field("retention_days", "保留天数", "count", empty=30, help="活动结束后报名信息留几天", example="30"),
        Field("aliases", "别名", "list", also=("又名", "其他叫法"), empty=()),
        Field("cancelled", "取消", "flag", also=("已取消", "是否取消"), empty=False, example="否"),
        Field(
            "offer_minutes",
            "候补确认分钟",
            "limit",
            also=("候补确认时限", "候补保留分钟"),
            empty=None,
            help="有空位时给候补的人留多少分钟来确认；空着就直接转正",
            example="720",
        ),
        Field(
            "questions",
            "另问",
            "list",
            also=("报名要问", "报名问题"),
            empty=(),
            help="除了姓名和手机还要问的，用顿号隔开；冒号后面写怎么答：年级、数字、同意，或用斜杠隔开的几个选项；不写就是随便填。每个来的人都问，够用就好，别多问",
            example="孩子年级:年级、尺码:S/M/L、同意拍照:同意",
        ),
        Field(
            "limits",
            "限制",
            "list",
            also=("限制条件", "报名限制"),
            empty=(),
            help="对来的人的限制，用顿号隔开；冒号后面写范围或者可以的几个选项，不在里面的人报不了",
            example="年龄:18-60、工作区域:定海区/普陀区",
        ),
        Field(
            "family",
            "可带家属",
            "limit",
            also=("家属人数", "可带人数"),
            empty=None,
            help="一名职工最多带几名家属；0 是只限职工本人，空着就不限",
            example="",
        ),
        Field(
            "once",
            "每人限报",
            "choice",
            choices=ONCE,
            empty="event",
            help="空着就是每个活动一次；也可以写 每场一次、同类每月一次、同类每年一次",
            example="每场一次",
        ),
    ),
)

SESSIONS = Table(
    "sessions",
    "场次",
    (
        Field(
            "event",
            "活动编号",
            "id",
            required=True,
            also=("活动",),
            help="events.csv 里的编号；有场次的活动，名额写在这里，活动表里空着",
            example="e01",
        ),
        Field(
            "number",
            "场次编号",
            "id",
            required=True,
            also=("编号", "序号"),
            help="同一个活动里每行一个，发布以后不要改",
            example="1",
        ),
        Field("session", "场次", also=("场次名称", "名称", "班次", "期次"), example="周六场"),
        Field(
            "group",
            "分组",
            also=("组别", "分组名称"),
            help="名额分给不同的人时写，例如会员、非会员；一场分几组就写几行",
            example="",
        ),
        Field(
            "starts_at",
            "开始",
            "time",
            also=("开始时间", "活动时间"),
            empty=None,
            help="空着就和活动一样",
            example="2026-12-05 14:00",
        ),
        Field("ends_at", "结束", "time", also=("结束时间",), empty=None, example="2026-12-05 16:00"),
        Field(
            "quota",
            "名额",
            "limit",
            also=("人数", "限额", "名额数"),
            empty=None,
            help="不限就空着",
            example="30",
        ),
        Field("taken_elsewhere", "已占名额", "count", also=("已报人数", "线下名额"), empty=0, example="0"),
        Field("who", "对象", also=("参加对象", "面向"), help="空着就和活动一样"),
        Field(
            "members_only",
            "仅限会员",
            "flag",
            also=("只限会员",),
            empty=None,
            help="空着就和活动一样",
            example="否",
        ),
        Field("cancelled", "取消", "flag", also=("已取消", "是否取消"), empty=False, example="否"),
    ),
)

PLACES = Table(
    "places",
    "地名",
    (
        Field("name", "名称", required=True, also=("地名", "名字"), example="沈家门街道"),
        Field("kind", "类型", "choice", required=True, also=("类别",), choices=PLACE_KINDS),
        Field("parent", "上级", also=("所属",), help="“别名”一行填它指的是哪个地名", example="普陀区"),
        Field("island", "所在岛", also=("岛", "岛屿")),
        Field("lon_wgs84", "经度", "degrees", empty=None, help="WGS-84", example="122.29802"),
        Field("lat_wgs84", "纬度", "degrees", empty=None, help="WGS-84", example="29.95763"),
        Field(
            "road_group",
            "道路组",
            also=("公路网",),
            help="互相有路（桥、隧道）可通的填一样的名字",
            example="本岛公路网",
        ),
        Field("source", "来源", help="从哪里来的，要保留署名"),
        Field("accuracy", "精度", also=("准确度",)),
    ),
)

CONTACTS = Table(
    "contacts",
    "联系电话",
    (
        Field("id", "编号", "id", required=True, help="不要改", example="union"),
        Field("name", "名称", required=True, example="职工维权热线"),
        Field("number", "电话", "phone", also=("号码", "联系电话"), example="12351"),
        Field("hours", "时间", also=("服务时间", "工作时间"), help="不知道就空着"),
        Field("about", "说明", also=("备注",)),
    ),
)

REFERRALS = Table(
    "referrals",
    "不归工会管的事",
    (
        Field("id", "编号", "id", required=True, example="ferry"),
        Field("keywords", "关键词", "list", required=True, also=("关键字",), example="船票、轮渡"),
        Field("text", "回答", required=True, also=("答复", "内容")),
    ),
)

NOTICES = Table(
    "notices",
    "通知",
    (
        Field("id", "编号", "id", required=True, example="typhoon_1"),
        Field("text", "内容", required=True, also=("通知", "通知内容")),
        Field(
            "starts_at", "开始", "from", required=True, also=("开始时间", "从"), example="2026-09-12 08:00"
        ),
        Field(
            "ends_at",
            "结束",
            "until",
            required=True,
            also=("结束时间", "到", "截止"),
            example="2026-09-14 20:00",
        ),
        Field(
            "labels",
            "服务",
            "list",
            also=("针对",),
            empty=(),
            help="空着就是所有服务",
            example="event_list、station_find",
        ),
    ),
)

#: The head lines of an answer file, declared like columns so that they are read and told of like them.
ANSWERS = Table(
    "answers",
    "回答",
    (
        Field("label", "标签", required=True, also=("服务",), example="aid"),
        Field("title", "标题", required=True, example="困难职工帮扶有哪些"),
        Field("keywords", "关键词", "list", also=("关键字",), empty=()),
        Field("default", "默认", "flag", empty=False, example="是"),
    ),
)

TABLES = (STATIONS, CLOSURES, HOLIDAYS, EVENTS, SESSIONS, PLACES, BRIDGES, CONTACTS, REFERRALS, NOTICES)
