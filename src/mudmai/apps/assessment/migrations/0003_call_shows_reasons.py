from django.db import migrations, models


class Migration(migrations.Migration):
    """Markers of calls that exist were not told that the city reads their reasons; those of new calls are."""

    dependencies = [
        ("assessment", "0002_inventory"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="shows_reasons",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="call",
            name="shows_reasons",
            field=models.BooleanField(default=True),
        ),
    ]
