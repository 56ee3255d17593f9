"""The votes of a ballot as a bar, with the share that is needed."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .rule import Rule
from .tally import Tally

WIDTH = 290
NEEDED = {"majority": (0.5, "half"), "two_thirds": (2 / 3, "two thirds"), "unanimous": (1.0, "all")}


def bar(rule: Rule, tally: Tally) -> SafeString:
    """Approvals and the rest of the votes cast, side by side; the line marks what is needed."""
    share, words = NEEDED[rule.threshold]
    no = tally.cast - tally.yes
    yes_width = WIDTH * tally.yes / tally.cast if tally.cast else 0
    no_width = WIDTH - yes_width if tally.cast else 0
    edge = min(share * WIDTH, WIDTH - 1)
    title = f"{tally.yes} of {tally.cast} votes cast approve; {words} needed" if tally.cast else "No vote was cast yet"
    return format_html(
        '<svg class="p-pic" viewBox="0 0 290 66" role="img" aria-labelledby="bar-title">'
        '<title id="bar-title">{}</title>'
        '<rect class="f-none" x="0" y="24" width="290" height="18"/>'
        '<rect class="f-accent" x="0" y="24" width="{}" height="18"/>'
        '<rect class="f-stop" x="{}" y="24" width="{}" height="18"/>'
        '<line class="s-axis" x1="{}" y1="16" x2="{}" y2="50"/><text class="{}" x="{}" y="12">{}</text>'
        '<text x="0" y="60" class="t-soft">{} approve{}</text>'
        '<text x="290" y="60" class="t-soft t-end">{} disapprove{}</text></svg>',
        title, f"{yes_width:.0f}", f"{yes_width + 3 if no_width else 290:.0f}", f"{max(no_width - 3, 0):.0f}",
        f"{edge:.0f}", f"{edge:.0f}", "t-end" if share == 1 else "t-mid", f"{edge:.0f}", words,
        tally.yes, "s" if tally.yes == 1 else "", no, "s" if no == 1 else "",
    )  # fmt: skip
