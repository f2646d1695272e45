"""Slack's marks and the HTML that they become: a table."""

import time

import pytest

from playground.slack.markdown import markdown
from playground.slack.mrkdwn import Reader, ago, mrkdwn, plain

READER = Reader(
    {"U01ANA": "Ana Lopez", "U02BEN": "Ben Okafor", "C01CHURN": "ml-churn", "S01LEADS": "ml-leads"},
    frozenset({"U01ANA", "S01LEADS"}),
)
LINK = 'target="_blank" rel="noopener noreferrer" href='
SAFELY = 'target="_blank" rel="noopener noreferrer"'
HEAD = '<tr><th class="left">a</th><th class="right">b</th></tr>'
ROW = '<tr><td class="left">1</td><td class="right">2</td></tr>'
TABLE = [
    ("plain", "plain"),
    ("*bold*", "<b>bold</b>"),
    ("_italic_", "<i>italic</i>"),
    ("~gone~", "<s>gone</s>"),
    ("*_both_*", "<b><i>both</i></b>"),
    ("2 * 3 * 4", "2 * 3 * 4"),
    ("snake_case_name", "snake_case_name"),
    ("*two\nlines*", "*two<br>lines*"),
    ("`code *not bold*`", "<code>code *not bold*</code>"),
    ("`&lt;b&gt;`", "<code>&lt;b&gt;</code>"),
    ("```\na < b\n```", "<pre>a &lt; b</pre>"),
    ("before\n```x```\nafter", "before<pre>x</pre>after"),
    ("&gt; quoted\n&gt; more", "<blockquote>quoted<br>more</blockquote>"),
    ("> quoted\nafter", "<blockquote>quoted</blockquote>after"),
    ("a\nb", "a<br>b"),
    ("&lt;script&gt; &amp; co", "&lt;script&gt; &amp; co"),
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("\"quotes\" 'too'", "&quot;quotes&quot; &#x27;too&#x27;"),
    (
        "<https://x.example/?a=1&amp;b=2>",
        f'<a {LINK}"https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a>',
    ),
    ("<https://x.example|the *run*>", f'<a {LINK}"https://x.example">the *run*</a>'),
    ("*<https://x.example|run>*", f'<b><a {LINK}"https://x.example">run</a></b>'),
    ("<mailto:a@x.example>", f'<a {LINK}"mailto:a@x.example">a@x.example</a>'),
    ("see https://x.example/a_b.", f'see <a {LINK}"https://x.example/a_b">https://x.example/a_b</a>.'),
    ("<javascript:alert(1)|click>", "&lt;javascript:alert(1)|click&gt;"),
    (
        '<https://x.example/"onmouseover="alert(1)|x>',
        f'<a {LINK}"https://x.example/&quot;onmouseover=&quot;alert(1)">x</a>',
    ),
    ("<https://x.example|<b>>", f'&lt;<a {LINK}"https://x.example">https://x.example</a>|&lt;b&gt;&gt;'),
    (
        "<https://x.example/`a`|x>",
        f'&lt;<a {LINK}"https://x.example/">https://x.example/</a><code>a</code>|x&gt;',
    ),
    ("<@U02BEN>", '<span class="mention">@Ben Okafor</span>'),
    ("<@U01ANA>", '<span class="mention mine">@Ana Lopez</span>'),
    ("<@U99|<i>>", "&lt;@U99|&lt;i&gt;&gt;"),
    ("<@U99NEW|new>", '<span class="mention">@new</span>'),
    ("<#C01CHURN>", '<span class="mention">#ml-churn</span>'),
    ("<#C09|old &amp; gone>", '<span class="mention">#old &amp; gone</span>'),
    ("<!here>", '<span class="mention mine">@here</span>'),
    ("<!subteam^S01LEADS|@ml-leads>", '<span class="mention mine">@ml-leads</span>'),
    ("<!subteam^S09|@risk>", '<span class="mention">@risk</span>'),
    ("<!date^0^{date_num}|then>", '<time title="then">1970-01-01</time>'),
    ("<!date^999999999999999999^{date}|then>", '<span class="mention mine">@then</span>'),
    (
        "<!date^0^{date_num}^https://x.example|then>",
        f'<a {LINK}"https://x.example"><time title="then">1970-01-01</time></a>',
    ),
    ("<!date^0^<b>|t>", "&lt;!date^0^&lt;b&gt;|t&gt;"),
    (":tada: :no_such_emoji:", "🎉 :no_such_emoji:"),
    ("10:30:45", "10:30:45"),
    ("a\0000\0b", "a0b"),
]


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(("text", "html"), TABLE)
def test_mrkdwn(text: str, html: str) -> None:
    assert str(mrkdwn(text, READER)) == html


def test_pretty_dates_are_near() -> None:
    now = int(time.time())
    assert "today" in mrkdwn(f"<!date^{now}^{{date_pretty}}|x>")
    assert "yesterday" in mrkdwn(f"<!date^{now - 86_400}^{{date_short_pretty}}|x>")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds ago"), (61, "1 minute ago"), (7300, "2 hours ago"), (-90_000, "in 1 day")],
)
def test_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_plain_text_has_no_marks() -> None:
    assert str(plain("*a* <b>\n:tada:")) == "*a* &lt;b&gt;<br>🎉"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title", '<h4 class="h1">Title</h4>'),
        ("**b** *i* ~~s~~ `c`", "<p><b>b</b> <i>i</i> <s>s</s> <code>c</code></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("```\n<b>\n```", "<pre>&lt;b&gt;</pre>"),
        ("> q", "<blockquote>q</blockquote>"),
        ("---", "<hr>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[a](https://x.example)", f'<p><a href="https://x.example" {SAFELY}>a</a></p>'),
        ("|a|b|\n|-|-:|\n|1|2|", f'<div class="scroll"><table>{HEAD}{ROW}</table></div>'),
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert str(markdown(text)) == html
