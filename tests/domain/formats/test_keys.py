"""Keys that an object has twice: noticed whatever stands in the file, which is read again only for them."""

import json

import pytest

from bot.domain.formats.decoding import decoded
from bot.domain.formats.limits import has_more_members, marks_of, size_of
from bot.domain.formats.values import Twice
from tests.domain.formats.reports import URI

BESIDE = {
    "nothing": "",
    "colons and brackets in a text": r'"notes":"[{::","at":"12:30:00",',
    "colons in a key": r'"a:b:c":"x",',
    "quotes in a text": r'"notes":"so \"f1\": 2","more":"\"",',
    "backslashes at the ends of texts": r'"notes":"\\","more":"\\\\","most":"\\\"",',
    "escapes": r'"notes":"\u0022\u003a\u005c",',
    "signs of other alphabets": '"größe":"：ü",',
    "halves of characters": r'"notes":"\ud800:",',
}  # fmt: skip


@pytest.mark.parametrize("where", ["{}", '{{"metrics":{}}}', '{{"x":[1,{}]}}', '{{"x":[{{"y":{}}}]}}'])
@pytest.mark.parametrize("beside", BESIDE)
def test_a_key_that_is_there_twice_is_found_whatever_stands_beside_it(beside: str, where: str) -> None:
    once = where.format(f'{{{BESIDE[beside]}"auc":1}}')
    twice = where.format(f'{{{BESIDE[beside]}"auc":1,"auc":2}}')
    assert str(Twice((1, 2))) not in str(decoded(once.encode(), URI))
    assert str(Twice((1, 2))) in str(decoded(twice.encode(), URI))


@pytest.mark.parametrize("beside", BESIDE)
def test_texts_alone_do_not_make_a_file_be_read_again(beside: str) -> None:
    raw = f'{{{BESIDE[beside]}"auc":1,"f1":[{{"auc":1}}]}}'
    size = size_of(json.loads(raw))
    assert not has_more_members(marks_of(raw), size.members)
    assert has_more_members(marks_of(raw), size.members - 1)
