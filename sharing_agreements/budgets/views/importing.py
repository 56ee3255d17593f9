"""Lines and figures from a sheet: taken as a whole, or every cell named that stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.models import Agency
from agencies.views.shared import person_of, posted, tried
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.reading.tables import Sheet, Unreadable, read_sheets
from sharing_agreements.budgets import commands, importing
from sharing_agreements.budgets.forms import FiguresFileForm, LinesFileForm
from sharing_agreements.budgets.importing import Taken
from sharing_agreements.budgets.models import Budget

from .shared import crumbs, find_kept
from .shares import basis_of

MOST = 2 * files.MEBIBYTE


@members
@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lines of the budget, one a row."""
    budget = find_kept(request, pk)
    form = LinesFileForm(posted(request), request.FILES or None)
    given = Agency.objects.filter(budget_parties__budget=budget) | Agency.objects.filter(pk=budget.owner_id)
    agencies = list(given.distinct())
    taken = _taken(form, lambda sheet: importing.read_lines(sheet, budget, agencies))
    if taken is not None and not taken.problems:
        name = files.safe_name(form.cleaned_data["file"].name or "")
        done = tried(
            form,
            lambda: commands.import_lines(actor=person_of(request), budget_id=pk, lines=taken.lines, file_name=name),
        )
        if done is not None:
            messages.success(request, f"{done[0]} lines are added, {done[1]} changed.")
            return redirect("budgets:detail", pk)
    heads = [(known[0].capitalize(), what) for known, what in zip(importing.LINE_COLUMNS.values(), WHAT, strict=True)]
    return _page(request, budget, form, taken, "Import lines", heads)


WHAT = (
    "What the money is for",
    "Recurring or One-time; empty: Recurring",
    "Such as 2027",
    "Such as 12,300.50",
    "What it came to, if known; empty leaves what is there",
    "The party that gives it, by name or ORI; empty: paid in money",
)


@members
@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest, pk: UUID, basis: str) -> HttpResponse:
    """Figures of the parties on one basis, one a row."""
    about, budget = basis_of(basis), find_kept(request, pk)
    form = FiguresFileForm(posted(request), request.FILES or None)
    agencies = list(Agency.objects.filter(budget_parties__budget=budget))
    taken = _taken(form, lambda sheet: importing.read_figures(sheet, agencies))
    if taken is not None and not taken.problems:
        said: dict[str, Any] = {name: form.cleaned_data[name] for name in ("source", "as_of")}
        done = tried(
            form,
            lambda: commands.save_figures(
                actor=person_of(request), budget_id=pk, basis=about, values=taken.figures, **said
            ),
        )
        if done is not None:
            messages.success(request, f"{len(taken.figures)} figures are entered.")
            return redirect("budgets:shares", pk)
    heads = [("Agency", "Name or ORI of a party"), ("Figure", "Such as 48,200")]
    return _page(request, budget, form, taken, f"Import figures: {about.label.lower()}", heads)


def _taken(form: Any, read: Callable[[Sheet], Taken]) -> Taken | None:
    """What the first sheet of an upload holds; None while there is none, or with what is wrong with the file."""
    if not form.is_valid():
        return None
    upload = form.cleaned_data["file"]
    if upload.size > MOST:
        form.add_error("file", "The file is larger than 2 MB. Choose a smaller one.")
        return None
    with NamedTemporaryFile() as copy:
        copy.writelines(upload.chunks())
        copy.flush()
        try:
            return read(read_sheets(Path(copy.name))[0])
        except Unreadable as why:
            form.add_error("file", str(why))
            return None


def _page(
    request: HttpRequest, budget: Budget, form: Any, taken: Taken | None, title: str, heads: list[tuple[str, str]]
) -> HttpResponse:
    context = {
        "budget": budget,
        "crumbs": crumbs(budget, title),
        "title": title,
        "form": form,
        "heads": heads,
        "problems": taken.problems if taken else (),
    }
    return render(request, "budgets/import.html", context)
