"""What the templates of the portal cannot say themselves: marks, dates with their zone, form controls, shown values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.forms.widgets import DateTimeBaseInput
from django.template.loader import get_template
from django.utils import timezone
from django.utils.dateformat import format as spell
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from portal.kernel.marks import ICONS, LINES, STATES, Mark
from portal.kernel.parts import Part

register = template.Library()

AnyForm: TypeAlias = "forms.BaseForm | forms.BaseFormSet[Any]"

UNKNOWN = "\u2013"  # an en dash


# --- Marks ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """A stroke icon by its name; decoration beside words, so it is hidden from screen readers. KeyError if unknown."""
    return format_html(
        '<svg class="p-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="{}"/></svg>', ICONS[name]
    )


@register.filter
def state_mark(status: str) -> Mark:
    """Tone, icon and word of a status. An unknown one is a mistake in marks.STATES, never a page without its state."""
    return STATES[str(status)]


@register.filter
def line_mark(mark: str) -> Mark:
    """Tone, icon and hidden word of a checklist line."""
    return LINES[mark]


@register.simple_tag
def portal_name() -> str:
    """The name of this portal, for pages that are rendered without a request."""
    return str(settings.PORTAL_NAME)


@register.filter
def message_kind(level_tag: str) -> str:
    """The kind of alert for the level of a message; Django's debug level has no look of its own."""
    return level_tag if level_tag in {"info", "success", "warning", "error"} else "info"


# --- Dates ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def now_moment() -> datetime:
    """This moment, for the head of a printed page."""
    return timezone.now()


@register.filter
def moment(at: datetime | None, form: str = "") -> SafeString:
    """A moment in the viewer's zone, zone named: `Nov 23, 2026, 9:12 a.m. PST`.

    Forms: "time" leaves the date out, "soon" where it is today; "log" adds hundredths of a second. A moment that is
    unknown shows as a dash.
    """
    if not at:
        return SafeString(UNKNOWN)
    local = _local(at)
    clock = f"{spell(local, 'g:i:s')}.{local.microsecond // 10_000:02}" if form == "log" else spell(local, "g:i")
    words = f"{clock} {spell(local, 'a T')}"
    if form != "time" and not (form == "soon" and local.date() == timezone.localdate()):
        words = f"{spell(local, 'M j, Y')}, {words}"
    precision = "milliseconds" if form == "log" else "minutes"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec=precision), words)


@register.filter
def day(on: date | datetime | None, form: str = "") -> SafeString:
    """A date, or the day of a moment in the viewer's zone: `Nov 23, 2026`; "long" gives `Monday, November 23, 2026`."""
    if not on:
        return SafeString(UNKNOWN)
    local = _local_day(on)
    words = spell(local, "l, F j, Y" if form == "long" else "M j, Y")
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words)


@register.filter
def until(when: date | datetime | None) -> str:
    """How far off a date is, in days of the viewer's calendar: `in 9 days`. It stands only beside the date itself."""
    if not when:
        return ""
    return in_days((_local_day(when) - timezone.localdate()).days)


def in_days(days: int) -> str:
    """`in 9 days`, `tomorrow`, `3 days ago`."""
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    return near or (f"in {days:,} days" if days > 0 else f"{-days:,} days ago")


@register.filter
def due_parts(due: date | datetime | None) -> tuple[str, SafeString | str]:
    """The two lines of a docket's date: `("Today", 5:00 p.m. PST)`, `("Nov 25", "2026, in 2 days")`."""
    if not due:
        return ("No date", "")
    on = _local_day(due)
    exact = moment(due, "time") if isinstance(due, datetime) else None
    if on == timezone.localdate():
        return ("Today", exact or spell(on, "M j, Y"))
    if exact and abs(on - timezone.localdate()) <= timedelta(days=7):
        return (spell(on, "M j"), format_html("{}, {}", spell(on, "l"), exact))
    return (spell(on, "M j"), format_html('<time datetime="{}">{}</time>, {}', on.isoformat(), on.year, until(on)))


def _local_day(on: date | datetime) -> date:
    return _local(on).date() if isinstance(on, datetime) else on


def _local(at: datetime) -> datetime:
    """A moment in the viewer's zone; as it is stored where the calendar ends before the zone's offset."""
    try:
        return timezone.localtime(at)
    except OverflowError:
        return at


# --- Values ---------------------------------------------------------------------------------------------------------


ALIKE = ("cite", "state")
"""Components that a page shows many times over, alike for alike parameters, and without anything of a person."""


def _rendered(value: Part) -> SafeString:
    return SafeString(get_template(f"components/{value.name}.html").render(value.parameters).strip())


def _rendered_once(value: Part) -> SafeString:
    """As `_rendered`; what was rendered is kept by name, parameters and their types: escaped text equals plain text.
    What depends on the reader too, as a moment does on their zone, is rendered each time."""
    parameters = tuple((name, type(each), each) for name, each in value.parameters.items())
    alike = all(kind in (str, SafeString, bool, type(None)) for _, kind, _ in parameters)
    return _of_parameters(value.name, parameters) if alike else _rendered(value)


@lru_cache(maxsize=1_000)
def _of_parameters(name: str, parameters: tuple[tuple[str, type, Any], ...]) -> SafeString:
    return _rendered(Part(name, {key: value for key, _, value in parameters}))


@register.simple_tag
def show(value: Any) -> SafeString | str:
    """Any value as a page shows it.

    A Part is rendered as its component. Moments and dates get their words, numbers their thousands, what is unknown
    a dash; all else is escaped text.
    """
    if isinstance(value, Part):
        return _rendered_once(value) if value.name in ALIKE else _rendered(value)
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return conditional_escape(value)


@register.filter
def is_part(value: Any) -> bool:
    """Whether a value shows as a component of its own, which needs no mark of a change around it."""
    return isinstance(value, Part)


@register.filter
def under(cells: Iterable[Any], columns: Iterable[Any]) -> list[tuple[Any, Any]]:
    """The cells of a row, each with its column. ValueError when a row has another number of cells than columns."""
    return list(zip(columns, cells, strict=True))


@register.filter
def in_words(actions: Iterable[tuple[Any, bool]], allowed: bool) -> str:
    """The allowed, or the refused, actions of an explanation as one line: `Search, view, print`."""
    labels = [str(getattr(action, "label", action)) for action, may in actions if may is allowed]
    return ", ".join(labels).capitalize()


@register.filter
def anchor(text: str) -> str:
    """What stands after # in a link to a clause: `4.2` becomes `4-2`."""
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")


# --- Forms ----------------------------------------------------------------------------------------------------------


@register.filter
def control_kind(field: BoundField) -> str:
    """Which markup a field gets: radios, checks, check, hidden or input."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "hidden" if widget.is_hidden else "input"


@register.filter
def control(field: BoundField) -> SafeString:
    """The control of a field with the classes of the design system; ids of hint and error are those Django names."""
    widget = field.field.widget
    _use_native_picker(widget)
    own = widget.attrs.get("class", "")
    classes = " ".join(filter(None, [_control_class(widget, invalid=bool(field.errors)), own]))
    # A placeholder vanishes when one types and is too pale to read: label and hint say it.
    return field.as_widget(attrs={"class": classes, "placeholder": False})


def _control_class(widget: forms.Widget, *, invalid: bool) -> str:
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxInput, "usa-checkbox__input"),
        (forms.Select, "usa-select"),
        (forms.Textarea, "usa-textarea"),
        (forms.FileInput, "usa-input p-file"),
        (forms.Widget, "usa-input"),
    )
    name = next(name for kind, name in kinds if isinstance(widget, kind))
    return f"{name} {name.split()[0]}--error" if invalid else name


def _use_native_picker(widget: forms.Widget) -> None:
    """Dates and times are typed or picked in the browser's own control, which sends ISO 8601."""
    pickers: tuple[tuple[type[DateTimeBaseInput], str, str], ...] = (
        (forms.DateInput, "date", "%Y-%m-%d"),
        (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
        (forms.TimeInput, "time", "%H:%M"),
    )
    for kind, input_type, form in pickers:
        if isinstance(widget, kind):
            widget.input_type = input_type
            widget.format = widget.format or form


@register.filter
def choices(field: BoundField) -> list[dict[str, Any]]:
    """The options of a radio or checkbox group: id, name, value, label, description, checked, disabled.

    A form describes its options by setting `descriptions` on the field, a mapping from value to text.
    """
    descriptions: Mapping[str, str] = getattr(field.field, "descriptions", {})
    options = []
    for option in field.subwidgets:
        data = option.data
        options.append(
            {
                "id": option.id_for_label,
                "name": data["name"],
                "value": data["value"],
                "label": data["label"],
                "description": descriptions.get(str(data["value"]), ""),
                "checked": data["selected"],
                "disabled": bool(data["attrs"].get("disabled")) or field.field.disabled,
            }
        )
    return options


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of a group's hint and error, for aria-describedby; empty when it has neither."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.filter
def form_errors(given: AnyForm | Iterable[AnyForm] | None) -> list[tuple[str, str, str]]:
    """Each error of a form, a formset or a list of these as (id of the control, label, message).

    Id and label are empty for what concerns a form as a whole, the label also for a single checkbox.
    """
    several = [given] if isinstance(given, forms.BaseForm | forms.BaseFormSet) else given or []
    return [error for each in several if each.is_bound for error in _errors(each)]


def _errors(form: AnyForm) -> list[tuple[str, str, str]]:
    if isinstance(form, forms.BaseFormSet):
        whole = [("", "", str(message)) for message in form.non_form_errors()]
        return whole + [error for each in form.forms for error in _errors(each)]
    errors = [("", "", str(message)) for message in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else field.auto_id
        # The label of a checkbox is a sentence already, and its message another one.
        label = "" if control_kind(field) in {"check", "hidden"} else str(field.label)
        errors += [(target, label, str(message)) for message in field.errors]
    return errors
