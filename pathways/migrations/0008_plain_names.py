"""Models are named after what they hold. Their tables keep their names, so that an older release can still run."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pathways", "0007_first_badges")]
    operations = [
        migrations.AlterModelTable("tally", "pathways_tally"),
        migrations.AlterModelTable("need", "pathways_need"),
        migrations.AlterModelTable("teaching", "pathways_teaching"),
        migrations.RenameModel("Tally", "SessionCount"),
        migrations.RenameModel("Need", "SkillPrerequisite"),
        migrations.RenameModel("Teaching", "BuilderSkill"),
    ]
