"""The pages behind the links that recover a password, prove an address, or undo that (R-09, R-11).

As for activation: a GET only offers the button, and asks nobody; the POST consumes the link.
"""

from typing import Any

from aiohttp import web

from gateway.pages.calls import OK, ask, content, in_words, refusal, refused
from gateway.pages.forms import read_form
from gateway.pages.links import TOKEN
from gateway.pages.rendering import page
from shared.errors import Unavailable

_RESETS = "/v1/password-resets"
_SPENT = {
    "/recuperar": dict.fromkeys(("link-used", "link-expired", "not-found"), "recover_spent.html"),
    "/correo": dict.fromkeys(("link-used", "link-expired", "not-found"), "email_spent.html"),
    "/no-fui-yo": dict.fromkeys(("link-used", "link-expired", "not-found"), "undo_spent.html"),
}
_CREDENTIALS = ("username", "temporary_password", "expires_at")


async def ask_recovery(request: web.Request) -> web.Response:
    """GET /recuperar: with `?token=` the button, without it the form that asks for a link."""
    if "token" not in request.query:
        return page(request, "recover_ask.html")
    return _button(request, "recover.html")


async def recover(request: web.Request) -> web.Response:
    """POST /recuperar: a new password for `token`, or a link for `username`."""
    fields = await read_form(request)
    if "username" in fields:
        reply = await ask(request, "POST", _RESETS, {"username": fields["username"].strip()})
        if refused(reply):
            return refusal(request, reply, {}, action="/recuperar", token="")
        return page(request, "recover_sent.html", status=202)
    given = await _followed(request, fields, f"{_RESETS}/confirmations", _CREDENTIALS)
    if isinstance(given, web.Response):
        return given
    return _credentials(request, "recovered.html", given)


async def ask_email(request: web.Request) -> web.Response:
    """GET /correo?token=."""
    return _button(request, "email.html")


async def confirm_email(request: web.Request) -> web.Response:
    """POST /correo: an account never activated is active now, another one changes after a wait."""
    given = await _followed(
        request, await read_form(request), "/v1/accounts/email-confirmations",
        ("state", "effective_at", "username"),
    )  # fmt: skip
    if isinstance(given, web.Response):
        return given
    if all(given.get(name) for name in _CREDENTIALS):
        return _credentials(request, "activated.html", given)
    return page(
        request,
        "email_confirmed.html",
        waiting=given["state"] == "waiting",
        effective_at=in_words(request, given["effective_at"]),
    )


async def ask_undoing(request: web.Request) -> web.Response:
    """GET /no-fui-yo?token=."""
    return _button(request, "undo.html")


async def undo(request: web.Request) -> web.Response:
    """POST /no-fui-yo: the change of address is undone."""
    given = await _followed(
        request, await read_form(request), "/v1/accounts/email-reversals", ("state",)
    )
    return given if isinstance(given, web.Response) else page(request, "undone.html")


def _button(request: web.Request, template: str) -> web.Response:
    token = request.query.get("token", "")
    if not TOKEN.fullmatch(token):
        return page(request, _SPENT[request.path]["not-found"], status=404, problem={})
    return page(request, template, token=token)


async def _followed(
    request: web.Request, fields: dict[str, str], target: str, needed: tuple[str, ...]
) -> dict[str, Any] | web.Response:
    """Identity's answer to the token, with what is `needed` in it, or the page that refuses it."""
    token = fields.get("token", "")
    if not TOKEN.fullmatch(token):
        return page(request, _SPENT[request.path]["not-found"], status=404, problem={})
    reply = await ask(request, "POST", target, {"token": token})
    if reply.status != OK:
        return refusal(request, reply, _SPENT[request.path], action=request.path, token=token)
    given = content(reply)
    if not all(given.get(name) for name in needed):
        raise Unavailable
    return given


def _credentials(request: web.Request, template: str, given: dict[str, Any]) -> web.Response:
    return page(
        request,
        template,
        username=given["username"],
        password=given["temporary_password"],
        expires_at=in_words(request, given["expires_at"]),
    )
