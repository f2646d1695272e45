"""Objects in S3 as lines of text, however large they are."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import IO, Final, cast

from botocore.response import StreamingBody

from bot.domain.refusals import Unreadable

LONGEST_LINE: Final = 8 * 2**20  # characters


def lines(body: StreamingBody, uri: str) -> Iterator[str]:
    r"""The lines of an object, without their ends, which are \n or \r\n; unpacked where it is named .gz.

    Raises Unreadable where it is no UTF-8, where a line is longer than LONGEST_LINE and where the
    packing is broken. Closes the body.
    """
    with closing(body):
        stream = cast("IO[bytes]", body)
        raw = (
            gzip.GzipFile(fileobj=stream)
            if uri.endswith(".gz")
            else io.BufferedReader(cast("io.RawIOBase", body))
        )
        # newline: only \n ends a line, as SageMaker splits them; a \r within a field stays.
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="\n")
        try:
            while line := text.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE and not line.endswith("\n"):
                    raise Unreadable(
                        f"{uri} has a line of more than {LONGEST_LINE:,} characters. Write shorter ones."
                    )
                yield line.removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise Unreadable(f"{uri} is no text in UTF-8. Write it as such.") from None
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise Unreadable(f"{uri} is called .gz but cannot be unpacked. Write it anew.") from None
