"""Clinical records' parts, in the order in which they start."""

from aiohttp import web

from clinical_records import consumers
from clinical_records.settings import Settings
from shared.service import Spec, application, identity_keys


def build(settings: Settings) -> web.Application:
    return application(
        settings,
        Spec(
            name="clinical-records",
            title="Expediente",
            routes=[],
            subscriptions=consumers.SUBSCRIPTIONS,
            keys=identity_keys(settings.identity_url, settings.client_secret),
        ),
    )
