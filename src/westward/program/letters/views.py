"""Pages of letters: those of a child, one letter, what waits."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking
from westward.program.accounts.models import User
from westward.program.accounts.policies import allows, sites
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import record_list
from westward.program.letters import hooks, pdf, queries
from westward.program.letters.actions.draft import Draft
from westward.program.letters.actions.edit import Edit, Withdraw
from westward.program.letters.actions.send import ConfirmReceived, RecordFailure, Send
from westward.program.letters.actions.sign import Correct, Sign
from westward.program.letters.blocks import Block, from_data, gaps
from westward.program.letters.choices import LetterState
from westward.program.letters.compose import blank
from westward.program.letters.compose.said import Reader
from westward.program.letters.forms import ConfirmForm, DraftForm, EditForm, ReasonForm, SeenForm, SendForm
from westward.program.letters.letterhead import contact
from westward.program.letters.models import Dispatch, Letter
from westward.program.letters.sheet import Sheet, draft_sheet, is_intact, signed_sheet
from westward.program.people.access import chart
from westward.program.people.models import Caregiver, Child, Clinician
from westward.program.people.policies import subject
from westward.program.people.veil import veils
from westward.program.shell.doing import complain, do
from westward.program.shell.pdf import MISSING


@require_GET
@needs("letters.list")
def letters(request: HttpRequest) -> HttpResponse:
    """What waits: to sign, to send, not confirmed."""
    asked = asking(request)
    work = queries.waiting(within=sites(asked["user"], "letters.list"), without=veils(asked["user"]))
    record_list(asked["who"], "letters.list", [one.letter.audit_id for one in work.all])
    return render(request, "letters/waiting.html", {"work": work})


@require_GET
@chart("letters.read")
def child_letters(request: HttpRequest, child: Child) -> HttpResponse:
    """Every letter about a child."""
    recipients = queries.recipients(child)
    context = {
        "child": child,
        "letters": queries.of_child(child),
        "form": DraftForm(recipients=recipients),
        "recipients": recipients,
        "can_draft": _may(request, "letters.draft", child),
    }
    return render(request, "letters/child.html", context)


@require_POST
@chart("letters.draft")
def draft(request: HttpRequest, child: Child) -> HttpResponse:
    """Draft a letter from the chart."""
    form = DraftForm(request.POST, recipients=queries.recipients(child))
    if not form.is_valid():
        messages.error(request, "Choose a kind of letter and a recipient from the list.")
        return redirect("child-letters", child.pk)
    kind, recipient = form.cleaned_data["kind"], form.cleaned_data["recipient"]
    language = recipient.language if isinstance(recipient, Caregiver) else "en"
    try:
        blocks = compose(child, kind, recipient, language)
        letter = Draft(
            **asking(request), child=child, kind=kind, recipient=recipient, blocks=blocks, language="en"
        ).execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
        return redirect("child-letters", child.pk)
    if language != "en":
        messages.warning(request, "The draft is in English; the family reads another language. Have it translated.")
    return redirect("letter", child.pk, letter.pk)


def compose(child: Child, kind: str, recipient: Clinician | Caregiver, language: str) -> Sequence[Block]:
    """Blocks from the composer that an app offers for the kind, else headings with gaps."""
    gather = hooks.offered(kind)
    if gather is not None:
        return gather(child, recipient, language)
    reader = Reader.FAMILY if isinstance(recipient, Caregiver) else Reader.CLINICIAN
    return blank.compose(child.name, contact=contact(), reader=reader)


@require_GET
@chart("letters.read")
def letter(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """One letter as it is printed, with what can be done beside it."""
    one = _letter(child, pk)
    sheet = _sheet(one)
    signed = one.state == LetterState.SIGNED
    may = {
        verb: _may(request, f"letters.{verb}", child)
        for verb in ("edit", "sign", "withdraw", "correct", "send", "confirm")
    }
    context = {
        "child": child,
        "letter": one,
        "sheet": sheet,
        "missing": gaps(sheet.blocks) if one.state == LetterState.DRAFT else (),
        "intact": is_intact(one) if signed else True,
        "versions": one.versions.select_related("by"),
        "dispatches": one.dispatches.all(),
        "may": may,
        "pdf": pdf.available(),
        "seen": SeenForm(initial={"seen": one.latest}),
        "reason": ReasonForm(),
        "send": SendForm(silent=child.silent(timezone.localdate()), initial={"to": _fax(one)}),
        "confirm": ConfirmForm(),
    }
    return render(request, "letters/letter.html", context)


@require_GET
@chart("letters.read")
def letter_pdf(request: HttpRequest, child: Child, pk: int, paper: str) -> HttpResponse:
    """The letter as PDF; a draft carries the word across its head."""
    if paper not in pdf.PAPERS:
        raise Http404
    one = _letter(child, pk)
    if one.state == LetterState.SIGNED and not is_intact(one):
        messages.error(request, "The stored text differs from what was signed; no PDF is made of it.")
        return redirect("letter", child.pk, one.pk)
    if not pdf.available():
        messages.error(request, MISSING)
        return redirect("letter", child.pk, one.pk)
    body = pdf.render(_sheet(one), paper=paper, sha256=one.sha256, superseded=one.superseded_by_id)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="letter-{one.pk}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
@chart("letters.edit")
def edit(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Change the text of a draft, block by block."""
    one = _letter(child, pk)
    if one.state != LetterState.DRAFT:
        messages.error(request, "Only a draft is edited; correct a signed letter with a new one.")
        return redirect("letter", child.pk, one.pk)
    blocks = from_data(one.versions.get(number=one.latest).blocks)
    form = EditForm(request.POST or None, blocks=blocks, initial={"seen": one.latest})
    if request.method == "POST" and form.is_valid():
        act = Edit(**asking(request), letter=one, seen=form.cleaned_data["seen"], texts=form.texts())
        try:
            act.execute()
        except (InvalidActError, NotAllowedError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The new version is stored.")
            return redirect("letter", child.pk, one.pk)
    return render(request, "letters/edit.html", {"child": child, "letter": one, "form": form})


@require_POST
@chart("letters.sign")
def sign(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Sign what was read."""
    one, form = _letter(child, pk), SeenForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "letter", one.child_id, one.pk)
    act = Sign(**asking(request), letter=one, seen=form.cleaned_data["seen"])
    return do(request, act, "The letter is signed and can be sent.", "letter", one.child_id, one.pk)


@require_POST
@chart("letters.withdraw")
def withdraw(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Set a draft aside."""
    one, form = _letter(child, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "letter", one.child_id, one.pk)
    act = Withdraw(**asking(request), letter=one, reason=form.cleaned_data["reason"])
    return do(request, act, "The draft is withdrawn; it stays in the chart.", "letter", one.child_id, one.pk)


@require_POST
@chart("letters.correct")
def correct(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Draft a letter that takes the place of a signed one."""
    one, form = _letter(child, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "letter", one.child_id, one.pk)
    try:
        new = Correct(**asking(request), letter=one, reason=form.cleaned_data["reason"]).execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
        return redirect("letter", child.pk, one.pk)
    messages.success(request, "The correction is drafted; edit and sign it.")
    return redirect("letter-edit", child.pk, new.pk)


@require_POST
@chart("letters.send")
def send(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Log that the letter left."""
    one = _letter(child, pk)
    form = SendForm(request.POST, silent=child.silent(timezone.localdate()))
    if not form.is_valid():
        return complain(request, form, "letter", one.child_id, one.pk)
    act = Send(**asking(request), letter=one, **form.cleaned_data)
    return do(request, act, "The dispatch is logged.", "letter", one.child_id, one.pk)


@require_POST
@chart("letters.confirm")
def confirm(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Log that it arrived."""
    dispatch, form = _dispatch(child, pk), ConfirmForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "letter", child.pk, dispatch.letter_id)
    act = ConfirmReceived(**asking(request), letter=dispatch.letter, dispatch=dispatch, **form.cleaned_data)
    return do(request, act, "The receipt is logged.", "letter", child.pk, dispatch.letter_id)


@require_POST
@chart("letters.confirm")
def failed(request: HttpRequest, child: Child, pk: int) -> HttpResponse:
    """Log that it did not arrive."""
    dispatch, form = _dispatch(child, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "letter", child.pk, dispatch.letter_id)
    act = RecordFailure(
        **asking(request), letter=dispatch.letter, dispatch=dispatch, reason=form.cleaned_data["reason"]
    )
    words = "The failure is logged; the letter waits to be sent again."
    return do(request, act, words, "letter", child.pk, dispatch.letter_id)


def _letter(child: Child, pk: int) -> Letter:
    found = queries.one(child, pk)
    if found is None:
        raise Http404
    return found


def _dispatch(child: Child, pk: int) -> Dispatch:
    found = Dispatch.objects.select_related("letter__child__site").filter(pk=pk, letter__child=child).first()
    if found is None:
        raise Http404
    return found


def _sheet(one: Letter) -> Sheet:
    if one.state == LetterState.SIGNED:
        return signed_sheet(one)
    return draft_sheet(one, one.versions.get(number=one.latest))


def _fax(one: Letter) -> str:
    return one.clinician.fax if one.clinician else ""


def _may(request: HttpRequest, verb: str, child: Child) -> bool:
    user = request.user
    return isinstance(user, User) and allows(user, verb, subject(child))
