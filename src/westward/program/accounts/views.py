"""Pages of accounts: who am I, set-up, staff."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from westward.program.accounts import mail, policies, queries
from westward.program.accounts.access import needs
from westward.program.accounts.actions.base import asking, who
from westward.program.accounts.actions.end_sessions import EndSessions
from westward.program.accounts.actions.grant import CloseAccount, GiveRole, WithdrawRole
from westward.program.accounts.actions.invite import AddSite, Invite, RenewLink
from westward.program.accounts.actions.set_up import UseLink
from westward.program.accounts.choices import Kind
from westward.program.accounts.forms import InviteForm, PasswordForm, PinForm, RoleForm, SiteForm
from westward.program.accounts.models import Grant, User
from westward.program.acts import InvalidActError, NotAllowedError
from westward.program.audit.record import record_list
from westward.program.shell.doing import complain, do


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Who is signed in, with which roles, factors and limits."""
    user: Any = request.user
    context = {
        "grants": queries.grants(user),
        "factors": Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES),
        "idle_min": settings.SESSION_IDLE_S // 60,
        "absolute_h": settings.SESSION_ABSOLUTE_S // 3600,
    }
    return render(request, "accounts/home.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose a password with a one-time link; then sign in and add a second factor."""
    link = queries.usable_link(secret)
    if link is None:
        words = "It was used, has expired or was replaced by a newer one. An administrator can give you another."
        return render(request, "error.html", {"title": "The link no longer works", "words": words}, status=404)
    family = link.user.kind == Kind.CAREGIVER
    form = (PinForm if family else PasswordForm)(request.POST or None, label_suffix="")
    if form.is_valid():
        act = UseLink(
            who=who(None, getattr(request, "act_id", "")), secret=secret, password=form.cleaned_data["password"]
        )
        try:
            user = act.execute()
        except (InvalidActError, NotAllowedError) as error:
            form.add_error("password", str(error))
        else:
            logout(request)
            if family:
                login(request, user, settings.AUTHENTICATION_BACKENDS[0])
                messages.success(request, f"The PIN is set. Your user name is {user.username}: write it down.")
                return redirect("my-child")
            messages.success(request, "The password is set. Sign in with it, then add a passkey or an app.")
            return redirect("account_login")
    return render(request, "accounts/set_up.html", {"form": form, "person": link.user, "family": family})


@require_GET
@needs("accounts.list")
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody with a role at the sites one administers."""
    asked = asking(request)
    words = request.GET.get("q", "").strip()
    people = list(queries.staff(within=policies.sites(asked["user"], "accounts.list"), words=words))
    record_list(asked["who"], "accounts.list", [person.audit_id for person in people], chosen={"search": bool(words)})
    context = {
        "people": people,
        "words": words,
        "sites": queries.open_sites(),
        "invite": InviteForm(),
        "site": SiteForm(),
        "can_invite": policies.allows(asked["user"], "accounts.invite"),
        "can_add_site": policies.allows(asked["user"], "accounts.add_site"),
        "link": request.session.pop("link_once", None),
    }
    return render(request, "accounts/staff.html", context)


@require_GET
@needs("accounts.list")
def member(request: HttpRequest, key: int) -> HttpResponse:
    """One colleague: roles, links, what can be changed."""
    asked = asking(request)
    within = policies.sites(asked["user"], "accounts.list")
    person = queries.staff(within=within).filter(pk=key).first()
    if person is None:
        raise Http404
    record_list(asked["who"], "accounts.read", [person.audit_id])
    subject = policies.Subject(id=person.audit_id)
    context = {
        "person": person,
        "form": RoleForm(),
        "link": request.session.pop("link_once", None),
        "can_grant": policies.allows(asked["user"], "accounts.invite") and person != asked["user"],
        "can_close": policies.allows(asked["user"], "accounts.deactivate", subject),
    }
    return render(request, "accounts/member.html", context)


def _show_once(request: HttpRequest, person: User, secret: str) -> None:
    path = reverse("set-up", args=[secret])
    if mail.set_up_link(person.email, path):
        messages.success(request, f"The link was sent to the e-mail address of {person.name}.")
        return
    address = request.build_absolute_uri(path)
    request.session["link_once"] = {"name": person.name, "address": address}


@require_POST
@needs("accounts.invite")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is shown once on the page that follows."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "staff")
    try:
        invited = Invite(**asking(request), **form.cleaned_data).execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
        return redirect("staff")
    _show_once(request, invited.user, invited.secret)
    return redirect("member", invited.user.pk)


@require_POST
@needs("accounts.add_site")
def add_site(request: HttpRequest) -> HttpResponse:
    """Add a site."""
    form = SiteForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "staff")
    return do(request, AddSite(**asking(request), **form.cleaned_data), "The site is added.", "staff")


@require_POST
@needs("accounts.list")
def give_role(request: HttpRequest, key: int) -> HttpResponse:
    """Give a role."""
    person = get_object_or_404(User, pk=key)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return complain(request, form, "member", key)
    return do(
        request, GiveRole(**asking(request), colleague=person, **form.cleaned_data), "The role is given.", "member", key
    )


@require_POST
@needs("accounts.list")
def withdraw_role(request: HttpRequest, key: int, grant: int) -> HttpResponse:
    """Withdraw a role."""
    held = get_object_or_404(Grant.objects.select_related("user", "site"), pk=grant, user=key)
    return do(request, WithdrawRole(**asking(request), grant=held), "The role is withdrawn.", "member", key)


@require_POST
@needs("accounts.list")
def close_account(request: HttpRequest, key: int) -> HttpResponse:
    """Close an account."""
    person = get_object_or_404(User, pk=key)
    act = CloseAccount(**asking(request), colleague=person)
    return do(request, act, "The account is closed; its sessions end now.", "staff")


@require_POST
@needs("accounts.list")
def end_sessions(request: HttpRequest, key: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    person = get_object_or_404(User, pk=key)
    act = EndSessions(**asking(request), colleague=person)
    return do(request, act, "All sessions are ended.", "member", key)


@require_POST
@needs("accounts.list")
def renew_link(request: HttpRequest, key: int) -> HttpResponse:
    """A fresh set-up link, shown once."""
    person = get_object_or_404(User, pk=key)
    try:
        secret = RenewLink(**asking(request), colleague=person).execute()
    except (InvalidActError, NotAllowedError) as error:
        messages.error(request, str(error))
    else:
        _show_once(request, person, secret)
    return redirect("member", key)
