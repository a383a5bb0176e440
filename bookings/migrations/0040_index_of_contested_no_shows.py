"""The index of contested no-shows has only those that nobody has decided, built while bookings are written."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("bookings", "0039_upheld_no_shows")]
    operations = [
        AddIndexConcurrently(
            model_name="booking",
            index=models.Index(
                condition=models.Q(contested_at__isnull=False, upheld_at__isnull=True),
                fields=["contested_at"],
                name="bookings_to_decide_no_show",
            ),
        ),
        RemoveIndexConcurrently(model_name="booking", name="bookings_contested"),
        migrations.AlterField(
            model_name="bookingevent",
            name="verb",
            field=models.CharField(
                choices=[
                    ("request", "Requested"),
                    ("confirm", "Confirmed"),
                    ("decline", "Declined"),
                    ("cancel", "Cancelled"),
                    ("expire", "Left unanswered"),
                    ("call_off", "Called off"),
                    ("prove", "Address confirmed"),
                    ("lapse", "Address not confirmed in time"),
                    ("pay", "Payment authorised"),
                    ("unpaid", "Not paid in time"),
                    ("reschedule", "Moved"),
                    ("start", "Begun"),
                    ("complete", "Completed"),
                    ("dispute", "Disputed"),
                    ("resolve", "Settled"),
                    ("join", "Joined an account"),
                    ("no_show", "No-show reported"),
                    ("contest", "Contested"),
                    ("uphold", "No-show upheld"),
                    ("excuse", "Cleared"),
                    ("propose", "Another time suggested"),
                    ("accept", "Accepted"),
                    ("refuse", "Suggested times declined"),
                    ("time_out", "Suggested times expired"),
                ],
                max_length=10,
            ),
        ),
    ]
