"""The only place of sms that constructs things: one composition per role."""

from clientcomm_chassis import Component
from clientcomm_persistence import DatabaseHealth
from clientcomm_sms.adapters.settings import Settings
from clientcomm_sms.wiring.foundation import MIGRATIONS, SERVICE, carrier_of, foundation
from clientcomm_sms.wiring.sender import sender_parts
from clientcomm_sms.wiring.webhooks import webhook_parts

__all__ = ["MIGRATIONS", "SERVICE", "components", "foundation"]


def components(settings: Settings, *, role: str) -> list[Component]:
    """All parts of a process, in the order in which they start."""
    base = foundation(settings, role=role)
    parts: list[Component] = [DatabaseHealth(base.database), base.broker, base.relay]
    if role in {"webhooks", "serve"}:
        parts += webhook_parts(base)
    if role in {"sender", "serve"}:
        parts += sender_parts(base, carrier_of(settings))
    return parts
