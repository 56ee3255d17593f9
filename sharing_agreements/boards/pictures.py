"""The votes of a ballot as a bar, with the share that is needed."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .rule import SHARES, Rule
from .tally import Tally

WIDTH = 290
NEEDED = {"majority": "more than half", "two_thirds": "two thirds", "unanimous": "all"}
GAP = 3


def bar(rule: Rule, tally: Tally) -> SafeString:
    """Approvals, votes against and the rest of those of whom the share is taken; the line marks what is needed.

    The whole bar is the denominator of the rule: votes cast, members in office or all voting seats. What is left
    between the two colours are abstentions that weigh, members who have not voted, and vacant seats that count.
    """
    words, share = NEEDED[rule.threshold], float(SHARES[rule.threshold])
    rest = tally.of - tally.cast
    yes_width, no_width = (_width(count, tally.of) for count in (tally.yes, tally.no))
    edge = min(share * WIDTH, WIDTH - 1)
    title = "No vote was cast yet"
    if tally.of:
        of = f"{tally.yes} of {tally.of} ({rule.denominator_in_words}) approve, {tally.no} disapprove"
        title = f"{of}{f', {rest} neither' if rest else ''}; {words} needed"
    return format_html(
        '<svg class="p-pic" viewBox="0 0 290 66" role="img" aria-label="{}">'
        '<rect class="f-none" x="0" y="24" width="290" height="18"/>'
        '<rect class="f-accent" x="0" y="24" width="{}" height="18"/>'
        '<rect class="f-stop" x="{}" y="24" width="{}" height="18"/>'
        '<line class="s-axis" x1="{}" y1="16" x2="{}" y2="50"/><text class="{}" x="{}" y="12">{}</text>'
        '<text x="0" y="60" class="t-soft">{} approve{}</text>{}'
        '<text x="290" y="60" class="t-soft t-end">{} disapprove{}</text></svg>',
        title, f"{yes_width:.0f}", f"{WIDTH - no_width:.0f}", f"{no_width:.0f}",
        f"{edge:.0f}", f"{edge:.0f}", "t-end" if share == 1 else "t-mid", f"{edge:.0f}", words,
        tally.yes, "s" if tally.yes == 1 else "",
        format_html('<text x="145" y="60" class="t-soft t-mid">{} neither</text>', rest) if rest else "",
        tally.no, "s" if tally.no == 1 else "",
    )  # fmt: skip


def _width(count: int, of: int) -> float:
    """How wide so many of so many are; a little less than their share where both sides would touch."""
    return max(WIDTH * count / of - (GAP / 2 if count < of else 0), 0) if of and count else 0
