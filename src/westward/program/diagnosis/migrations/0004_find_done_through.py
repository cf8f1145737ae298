from typing import Any

from django.db import migrations


def find(apps: Any, schema_editor: Any) -> None:
    """Orders without a sheet that were closed when their study came: that study is why they count as recorded."""
    orders, studies = apps.get_model("diagnosis", "EegOrder"), apps.get_model("diagnosis", "Study")
    for order in orders.objects.filter(state="done", sheets=None, ended_at__isnull=False):
        came = studies.objects.filter(order=order, recorded_on=order.done_on, attached_at__lte=order.ended_at)
        first = came.exclude(state__in=("withdrawn", "stopped")).order_by("attached_at", "pk").first()
        if first is not None:
            order.done_through = first
            order.save(update_fields=["done_through"])


class Migration(migrations.Migration):
    dependencies = [
        ("diagnosis", "0003_order_done_through"),
    ]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
