"""What is wrong with a template, in words of ours: Jinja says it in English, and to programmers."""

from __future__ import annotations

import re

from huoyue.core.message import M, Message

SIGNS = {"end of print statement": "}}", "end of statement block": "%}"}
"""What Jinja calls these signs."""


def told(text: str) -> Message:
    """Jinja's or Python's own words as a sentence; what is not known here stands in brackets."""
    for pattern, message in SAYINGS:
        if found := pattern.search(text):
            given = {name: SIGNS.get(value, value) for name, value in found.groupdict().items()}
            return Message(message.text, {**message.values, **given})
    return M("something is used in a way that is not possible ({words})", words=text)


SAYINGS: tuple[tuple[re.Pattern[str], Message], ...] = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"innermost block that needs to be closed is '(?P<name>[^']+)'",
         M("“{open} {name} …” is not ended by “{open} end{name} {close}”", open="{%", close="%}")),
        (r"^'?[^']*'? has no attribute '(?P<name>[^']+)'", M("there is nothing called “{name}” here")),
        (r"^'(?P<name>[^']+)' is undefined", M("there is nothing called “{name}”; choose from the names offered")),
        (r"has no element (?P<name>.+)$", M("the list has no element {name}; the first is 0")),
        (r"^Encountered unknown tag '(?P<name>[^']+)'",
         M("“{name}” is not known, or does not belong here (nothing that it ends or goes on with is open)")),
        (r"^No filter named '(?P<name>[^']+)'", M("there is no filter called “{name}”")),
        (r"^No test named '(?P<name>[^']+)'", M("there is no test called “{name}”")),
        (r"^unexpected end of template, expected '(?P<wanted>[^']+)'", M("“{wanted}” is missing")),
        (r"^Missing end of comment", M("a comment is not ended by “{sign}”", sign="#}")),
        (r"^Missing end of raw", M("“raw” is not ended by “endraw”")),
        (r"^Expected an expression, got '(?P<found>[^']+)'", M("a name or a value is missing before “{found}”")),
        (r"^expected token '(?P<wanted>[^']+)', got '(?P<found>[^']+)'",
         M("“{wanted}” was expected, and “{found}” stands there")),
        (r"^unexpected '(?P<found>[^']+)', expected '(?P<wanted>[^']+)'",
         M("“{wanted}” was expected, and “{found}” stands there")),
        (r"^unexpected '(?P<found>[^']+)'", M("“{found}” stands where it cannot")),
        (r"^unexpected char '(?P<found>.+?)' at", M("“{found}” stands where it cannot")),
        (r"^unexpected char \"(?P<found>.+?)\" at", M("the sign {found} is not closed by a second one")),
        (r"^access to attribute '(?P<name>[^']+)' .* is unsafe", M("“{name}” may not be used in a template")),
        (r"^(?P<name>\S+\.j2)$", M("there is no file “{name}” among the templates")),
        (r"division by zero", M("a number is divided by zero")),
        (r"object is not iterable", M("“for” needs a list, and what it was given is none")),
        (r"can only concatenate|unsupported operand", M("a text and a number cannot be added; use “{sign}”", sign="~")),
        (r"is not callable", M("a value is used as if it were a function")),
    )
)  # fmt: skip
"""What Jinja says, and how we say it; the first that is found counts."""
