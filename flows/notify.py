"""Prefect's automation that tells somebody when a scheduled run fails, where config.yaml names whom."""

import os
from collections.abc import Iterable
from datetime import timedelta

from prefect.automations import Automation
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.notifications import AppriseNotificationBlock, CustomWebhookNotificationBlock
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture

from flows.schedule_settings import NotifySettings
from reconcile.errors import ConfigError, Fault
from reconcile.language import text
from reconcile.vocab import Language

#: Name of the automation, and of the block that keeps the address (encrypted, in Prefect's database).
NAME = "padan-gagal"
_WEB = ("http://", "https://")
_MAIL = ("mailto://", "mailtos://")


class Mail(AppriseNotificationBlock):
    """An e-mail address, as ``mailto://user:password@host?to=...``."""

    _block_type_name = "padan mail"


def address_of(notify: NotifySettings) -> str | None:
    """Return the address that the environment holds, None where nobody is to be told.

    ConfigError where the variable is not set or holds no address of a kind that is known.
    """
    if notify.address_variable is None:
        return None
    address = os.environ.get(notify.address_variable, "")
    if not address.startswith((*_WEB, *_MAIL)):
        raise ConfigError([Fault.of("E_NOTIFY", file=notify.address_variable)])
    return address


def put_automation(
    client: SyncPrefectClient, address: str | None, flows: Iterable[str], language: Language
) -> None:
    """Make or renew the automation so that runs of ``flows`` which fail or crash are told to ``address``.

    Without an address, one that stands from before is taken away.
    """
    for old in client.read_automations_by_name(NAME):
        client.delete_automation(old.id)
    if address is None:
        return
    block = _block(address).save(NAME, overwrite=True)
    # Prefect fills these in
    parts = {"name": "deployment.name", "run": "flow_run.name", "state": "flow_run.state.name"}
    told = {key: f"{{{{ {part} }}}}" for key, part in parts.items()}
    Automation(
        name=NAME,
        trigger=EventTrigger(
            expect={"prefect.flow-run.*"},
            match={"prefect.resource.id": "prefect.flow-run.*", "prefect.state-type": ["FAILED", "CRASHED"]},
            match_related={"prefect.resource.role": "flow", "prefect.resource.name": sorted(flows)},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            SendNotification(
                block_document_id=block,
                subject=text("notify_subject", language, **told),
                body=text("notify_body", language, **told),
            )
        ],
    ).create()


def _block(address: str) -> NotificationBlock:
    if address.startswith(_MAIL):
        return Mail(url=address)
    return CustomWebhookNotificationBlock(
        name=NAME,
        url="{{address}}",
        json_data={"text": "{{subject}}: {{body}}"},
        secrets={"address": address},
    )
