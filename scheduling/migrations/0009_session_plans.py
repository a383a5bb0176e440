
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0008_merged_busy_time'),
    ]

    operations = [
        migrations.AddField(
            model_name='seat',
            name='plan_id',
            field=models.UUIDField(null=True),
        ),
    ]
