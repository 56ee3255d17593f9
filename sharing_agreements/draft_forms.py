"""What people enter about comments and attachments."""

from __future__ import annotations

from typing import Any

from django import forms


class CommentForm(forms.Form):
    """What somebody says of a clause. Plain text."""

    text = forms.CharField(
        max_length=4000,
        label="Your comment",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Only people of your agency and its auditors read it. It is no part of the text.",
    )

    def __init__(self, data: Any = None, *, label: str = "", readers: str = "") -> None:
        """`readers`: who reads it, where that is not the lead agency alone."""
        super().__init__(data)
        if label:
            self.fields["text"].label = label
        if readers:
            self.fields["text"].help_text = readers


class ResolveForm(forms.Form):
    """How a comment was settled."""

    resolution = forms.CharField(
        max_length=500,
        label="How it is settled",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as: Reworded. Or: Stays, since the statute asks for it.",
    )


class AttachForm(forms.Form):
    """A file that becomes part of the text."""

    title = forms.CharField(max_length=160, help_text="As the text calls it, such as Exhibit A, security plan")
    file = forms.FileField(label="File", help_text="PDF or plain text, up to 20 MB.")
