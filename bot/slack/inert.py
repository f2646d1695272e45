"""Sentences with names from files in them: Slack finds no mark of its own in what a file says.

Only what stands between backquotes keeps all its characters: Slack looks for no marks there, and no name
from a file has a backquote (`bot.domain.wording.named`).
"""

import re
from typing import Final

# Slack API, "Formatting message text": what makes bold, italic and struck text, emoji and links.
_LIVE: Final = re.compile(
    r"""(?P<whole>`[^`\n]*` | \barn:aws[\w-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:)
    | (?P<link>\b(?!s3[an]?:)[a-z][a-z0-9+.-]*://\S+ | \bwww\.\S+)
    | :(?=[\w+'-]*[^\W\d][\w+'-]*:) | (?<!\w):(?=[\d+-]+:)
    | [*~]
    | (?<![^\W_])_ | _(?![^\W_])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LIKE: Final = str.maketrans({"*": "∗", "~": "∼", "_": "ˍ", ":": "∶"})
_APART: Final = str.maketrans({".": "․", ":": "∶"})


def inert(sentence: str) -> str:
    """The sentence, as long as it was, with characters that look like the live ones in their places;
    `weighted_f1`, addresses in S3 and ARNs stay as they are.
    """
    return _LIVE.sub(_alike, sentence)


def _alike(match: re.Match[str]) -> str:
    if match["whole"]:
        return match[0]
    return inert(match[0].translate(_APART)) if match["link"] else match[0].translate(_LIKE)
