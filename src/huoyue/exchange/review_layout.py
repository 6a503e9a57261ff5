"""The sheets of a panel and of an assignment as people send them to the web application, and take them from it."""

from __future__ import annotations

from huoyue.core.message import Title
from huoyue.exchange.layout import Sheet, points, several, text

PANEL = Sheet(
    "panel", Title(zh="专家组", en="Panel"),
    (
        text("name", "姓名", "Person's name", required=True, longest=80),
        text("code", "专家代码", "Code", longest=20),
        text("username", "登录名", "Sign-in name", longest=60),
        text("email", "电子邮箱", "E-mail", longest=254),
        text("organisation", "工作单位", "Organisation"),
        text("group", "组别", "Group", longest=40),
        text("background", "专家类别", "Background", longest=80),
        several("fields", "熟悉领域", "Fields", "texts"),
        points("capacity", "评审数量上限", "Capacity", required=False),
        several("served", "任职联盟", "Alliances served", "texts"),
        several("declared", "应回避单位", "Declared organisations", "texts"),
    ),
    "secretariat",
)  # fmt: skip
ASSIGNMENT = Sheet(
    "assignment", Title(zh="分配", en="Assignment"),
    (
        text("unit", "联盟代码", "Code of the alliance", required=True, longest=200),
        several("experts", "评审专家代码", "Experts' codes", "texts"),
    ),
    "secretariat",
)  # fmt: skip
