"""``{% load public %}``: fields of the form by name, and how each is drawn."""

from __future__ import annotations

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def some(form: forms.Form, names: str) -> list[BoundField]:
    """Fields by name, in the order given; those that this form does not have are left out."""
    return [form[name] for name in names.split() if name in form.fields]


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether it is a group of radio buttons."""
    return isinstance(field.field.widget, forms.RadioSelect)


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether it is a single box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag
def drawn(field: BoundField) -> SafeString:
    """The control, tied to its error and marked as needed or wrong for screen readers."""
    attrs: dict[str, str | bool] = {}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}-wrong"}
    if field.field.required:
        attrs["aria-required"] = "true"
    return field.as_widget(attrs=attrs)
