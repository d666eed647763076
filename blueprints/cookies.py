"""The signed cookie that holds which session a browser is in."""

import hashlib
from functools import cache

from flask.sessions import SecureCookieSessionInterface


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie, with one signer for all requests in the place of a new one for each.

    OpenSSL's own SHA-256 makes the signature in one call.
    """

    digest_method = staticmethod(hashlib.sha256)
    get_signing_serializer = cache(SecureCookieSessionInterface.get_signing_serializer)

    def save_session(self, app, session, response):
        """Send the cookie if it changed, but no `Vary`: caches keep nothing that differs by cookie."""
        super().save_session(app, session, response)
        # In small letters: of two names the other spelling would only be forgotten in part.
        response.vary.discard("cookie")
