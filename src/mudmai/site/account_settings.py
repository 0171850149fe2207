"""Django's settings for accounts: sessions, passwords, second factors, the outside login."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from mudmai.site.environment import Environment

APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "mudmai.apps.registry",
    "mudmai.apps.jobs",
    "mudmai.apps.data",
    "mudmai.apps.obligations",
    "mudmai.apps.connections",
    "mudmai.apps.programme",
    "mudmai.apps.assessment",
]
LIBRARY_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
]
"""Behind ``mudmai.web``, so that our templates of the same name come first."""

OIDC = "login"
"""The name of the outside login in addresses: ``/account/oidc/login/…``."""

HALF_DAY = 12 * 3600


def account_settings(environment: Environment) -> dict[str, Any]:
    """All of them, by name."""
    return {**_sessions(environment), **_passwords(), **_sign_in(environment), **_outside_login(environment)}


def _sessions(environment: Environment) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_NAME": "mudmai_session",
        "SESSION_COOKIE_AGE": HALF_DAY,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",  # an outside login comes back from another site
        "SESSION_COOKIE_SECURE": environment.https,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        # Limits on attempts are counted here, so all processes must see the same.
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "mudmai_cache",
                "OPTIONS": {"MAX_ENTRIES": 20_000},
            }
        },
    }


def _passwords() -> dict[str, Any]:
    check = "django.contrib.auth.password_validation."
    return {
        "AUTH_USER_MODEL": "registry.Person",
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.Argon2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": check + "UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ("email", "display_name")},
            },
            {"NAME": check + "MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
            {"NAME": check + "CommonPasswordValidator"},
            {"NAME": check + "NumericPasswordValidator"},
        ],
        "PASSWORD_RESET_TIMEOUT": 3600,
    }


def _sign_in(environment: Environment) -> dict[str, Any]:
    adapters = "mudmai.apps.registry.interfaces.adapters."
    forms = "mudmai.apps.registry.interfaces.passkey_forms."
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/account/",
        "ALLAUTH_TRUSTED_PROXY_COUNT": environment.trusted_proxies,
        "ACCOUNT_ADAPTER": adapters + "AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",  # an invitation has proved the address
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if environment.https else "http",
        "MFA_ADAPTER": adapters + "MfaAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_FORMS": {
            "add_webauthn": forms + "AddPasskeyForm",
            "authenticate_webauthn": forms + "AuthenticatePasskeyForm",
            "login_webauthn": forms + "LoginPasskeyForm",
            "reauthenticate_webauthn": forms + "ReauthenticatePasskeyForm",
        },
        "MFA_TOTP_ISSUER": "Mudmai",
        "MFA_TOTP_TOLERANCE": 1,
    }


def _outside_login(environment: Environment) -> dict[str, Any]:
    """OpenID Connect; without an issuer the provider is not there at all."""
    found: dict[str, Any] = {
        "SOCIALACCOUNT_ADAPTER": "mudmai.apps.registry.interfaces.adapters.SocialAdapter",
        "SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX": "oidc",
        # The provider is chosen by the operator and vouches for addresses; an account is opened, never made.
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_PROVIDERS": {},
        "MUDMAI_OUTSIDE_LOGIN": "",
        "MUDMAI_OUTSIDE_LOGIN_ORIGIN": "",
    }
    if environment.oidc_issuer:
        app = {
            "provider_id": OIDC,
            "name": environment.oidc_name,
            "client_id": environment.oidc_client_id,
            "secret": environment.oidc_client_secret,
            "settings": {"server_url": environment.oidc_issuer},
        }
        found["SOCIALACCOUNT_PROVIDERS"] = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        found["MUDMAI_OUTSIDE_LOGIN"] = environment.oidc_name
        address = urlsplit(environment.oidc_issuer)
        found["MUDMAI_OUTSIDE_LOGIN_ORIGIN"] = f"{address.scheme}://{address.netloc}"
    return found
