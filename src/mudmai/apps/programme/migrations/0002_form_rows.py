from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="extra",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="project",
            name="form",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="revisionevent",
            name="is_official",
            field=models.BooleanField(default=True),
        ),
    ]
