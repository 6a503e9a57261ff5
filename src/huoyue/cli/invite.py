"""`huoyue invite`: a member of the secretariat is let into the web application, the first one above all."""

from __future__ import annotations

from typing import Annotated

import typer

from huoyue.cli.audit import DataOption
from huoyue.cli.refusing import in_words
from huoyue.cli.screen import Screen
from huoyue.cli.serve import with_database
from huoyue.core.message import M

UsernameArgument = Annotated[str, typer.Argument(metavar="NAME", help="登录名 / sign-in name")]
NameOption = Annotated[str, typer.Option("--name", help="姓名 / the person's name")]
EmailOption = Annotated[str, typer.Option("--email", help="电子邮箱 / e-mail address")]


def invite(
    context: typer.Context, username: UsernameArgument, name: NameOption = "", email: EmailOption = "",
    data: DataOption = None,
) -> None:  # fmt: skip
    """为秘书处人员建立账号并显示登录链接。 Make an account of the secretariat and print its way in."""
    screen: Screen = context.obj
    with_database(data)
    from django.utils import timezone  # why: slow

    from huoyue.server.operations.first_account import invite_secretariat  # why: slow
    from huoyue.server.operations.journal import Acting  # why: slow

    with in_words():
        sent = invite_secretariat(Acting(None, "", timezone.now()), username, name=name, email=email)
    until = timezone.localtime(sent.invitation.expires_at).date()
    if screen.as_json:
        screen.data({"username": sent.invitation.account.username, "address": sent.address, "until": until})
        return
    screen.say(M("Sign-in name: {name}", name=sent.invitation.account.username))
    screen.say(M("Open this address and set a password: {address}", address=sent.address))
    screen.say(M("It works once, until {day}. Whoever has it gets in: hand it over in person.", day=until))
