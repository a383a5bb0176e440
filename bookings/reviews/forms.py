"""Forms for a review, a reply to one, and a report about one."""

from __future__ import annotations

from django import forms


class ReviewForm(forms.Form):
    rating = forms.TypedChoiceField(
        label="How was it?", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "5 stars, excellent"), (4, "4 stars, good"), (3, "3 stars, fine"), (2, "2 stars, poor"), (1, "1 star, bad")],
        error_messages={"required": "Choose between one and five stars."},
    )  # fmt: skip
    text = forms.CharField(
        label="In words", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=(
            "What was helpful, and what could have been better? Everybody can read your review once it is "
            "published."
        ),
    )  # fmt: skip


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label="Your reply", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="You can reply once. Everybody can read your reply.",
        error_messages={"required": "Write what you would like to say."},
    )  # fmt: skip


class ReportForm(forms.Form):
    report = forms.CharField(
        label="Why are you reporting it?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only our support team will see this.",
        error_messages={"required": "Tell us what is wrong with it."},
    )  # fmt: skip
