"""Clinical records' parts, in the order in which they start."""

from aiohttp import web

from clinical_records import consumers
from clinical_records.api import desk, doctors, documents, family, sick_leaves
from clinical_records.document.jobs import sealing_jobs
from clinical_records.document.parts import sealing_parts
from clinical_records.jobs import JOBS
from clinical_records.parts import parts
from clinical_records.settings import Settings
from shared import clock
from shared.service import Spec, application, identity_keys


def build(settings: Settings, *, now: clock.Clock = clock.now) -> web.Application:
    return application(
        settings,
        Spec(
            name="clinical-records",
            title="Expediente",
            routes=[
                family.routes,
                doctors.routes,
                sick_leaves.routes,
                documents.routes,
                desk.routes,
            ],
            subscriptions=consumers.subscriptions,
            resources=[parts(settings), sealing_parts(settings)],
            jobs=(*JOBS, *sealing_jobs(settings.public_url)),
            keys=identity_keys(settings.identity_url, settings.client_secret),
        ),
        now=now,
    )
