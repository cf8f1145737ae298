"""Every address of the program. Whoever is not signed in reaches only those named in ``PUBLIC``."""

from __future__ import annotations

from django.urls import include, path

from westward.program.config.api import api
from westward.program.public.addresses import ROUTES
from westward.program.shell import views

PUBLIC = frozenset(
    {
        "healthy",
        "diary-worker",
        "set-up",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_confirm_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "openid_connect_login",
        "openid_connect_callback",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "socialaccount_signup",
        *ROUTES,
    }
)
"""Names of routes that answer without a session; the test that walks all routes reads this list."""

urlpatterns = [
    path("healthy/", views.healthy, name="healthy"),
    path("sign-in/mfa/", include("allauth.mfa.urls")),
    path("sign-in/hospital/", include("allauth.socialaccount.urls")),
    path("sign-in/hospital/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("sign-in/", include("allauth.account.urls")),
    path("", include("westward.program.accounts.urls")),
    path("", include("westward.program.oversight.urls")),
    path("", include("westward.program.local.urls")),
    path("", include("westward.program.people.urls")),
    path("", include("westward.program.letters.urls")),
    path("", include("westward.program.referral.urls")),
    path("", include("westward.program.diagnosis.urls")),
    path("", include("westward.program.etiology.urls")),
    path("", include("westward.program.treatment.urls")),
    path("", include("westward.program.followup.urls")),
    path("", include("westward.program.journey.urls")),
    path("", include("westward.program.quality.urls")),
    path("", include("westward.program.public.urls")),
    path("api/", api.urls),
]

handler400 = "westward.program.shell.views.bad_request"
handler403 = "westward.program.shell.views.refused"
handler404 = "westward.program.shell.views.missing"
handler500 = "westward.program.shell.views.broken"
