"""What is said about results of earlier years, and studies of other schemes: refusals and events."""

from __future__ import annotations

from huoyue.core.message import M, Message

REFUSALS: dict[str, tuple[Message, Message]] = {
    "earlier_moved": (
        M("The register or the earlier results have changed since the file was looked at; nothing was taken over."),
        M("Send the file again and look at the new preview."),
    ),
    "earlier_undecided": (
        M("{count} names are not decided yet, among them: {names}."),
        M("Choose for each the alliance that is meant, or say that it is not in the register."),
    ),
    "earlier_twice": (
        M("{first} and {second} mean the same alliance in {period}."),
        M("Choose another alliance for one of them, or leave one out."),
    ),
    "earlier_blank": (
        M("The period, the document and its day are needed."),
        M(
            "Write the period as it is called, such as 2025, and the document in which the results were published, "
            "with its day."
        ),
    ),
    "earlier_day": (
        M("The day of the document cannot be read, or lies ahead."),
        M("Write it like 2016-05-06."),
    ),
    "earlier_score": (M("The score cannot be read."), M("Write a number such as 86 or 86.5, or leave it blank.")),
    "scheme_not_text": (
        M("The file is no scheme: it is not text in UTF-8."),
        M("Send the scheme file (.yaml) as it was downloaded."),
    ),
    "study_numbers": (
        M("These cannot be read as numbers: {typed}."),
        M("Write numbers such as 85 or 0.5."),
    ),
    "study_name": (
        M("A study of this snapshot has that name already, or the name is empty."),
        M("Give the study a name of its own."),
    ),
}
EVENTS: dict[str, Message] = {
    "earlier.applied": M("Earlier results taken over"),
    "earlier.corrected": M("Earlier result corrected"),
    "earlier.looked_at": M("File of earlier results looked at"),
    "earlier.removed": M("Earlier result removed"),
    "study.deleted": M("Study deleted"),
    "study.kept": M("Study saved"),
}
HOWS: dict[str, Message] = {
    "code": M("by its code"),
    "name": M("by its name"),
    "alias": M("by another name it is known by"),
    "former": M("by a name it had then"),
    "former_late": M("by a former name that it had given up before that period"),
    "short": M("by its name without the usual ending"),
    "several": M("several alliances are called so"),
    "like": M("a similar name"),
}
"""How a name of a list was matched."""
FATES: dict[str, Message] = {
    "new": M("added"),
    "correction": M("correction"),
    "same": M("as it is kept"),
    "left": M("left out"),
}
"""What becomes of a line of a list."""
BASES: dict[str, Message] = {
    "registered": M("registered"),
    "evidenced": M("evidenced"),
    "inferred": M("inferred"),
    "synthetic": M("made up for the example"),
}
"""How an earlier result is known."""
STREAKS: dict[str, Message] = {
    "full_marks": M("Full marks"),
    "top_tier": M("Highest tier"),
    "bottom_tier": M("Lowest tier"),
    "not_evaluated": M("Not evaluated"),
}
"""Kinds of streaks."""
MOVES: dict[str, Message] = {
    "up": M("higher tier"),
    "down": M("lower tier"),
    "other": M("another tier"),
    "in": M("evaluated now"),
    "out": M("not evaluated any more"),
    "same": M("same tier"),
    "absent": M("not evaluated"),
}
"""How an alliance moves under another scheme."""
CARRIED: dict[str, Message] = {
    "kept": M("Standard and points as before: marks, decisions and corrections are kept."),
    "share": M("Marks, decisions and corrections are kept as the same share of the points."),
    "aside": M("Another standard: marks, decisions and corrections are set aside, and the new rule gives the points."),
    "none": M("New: nobody filed or marked for it."),
}
"""What became of points that people gave, by indicator."""
