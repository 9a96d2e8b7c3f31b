"""The command that shows and sets where the carrier calls us for each of our numbers."""

from collections.abc import Callable

from clientcomm_sms.adapters.settings import Settings
from clientcomm_sms.adapters.twilio_numbers import TwilioNumbers
from clientcomm_sms.application.set_numbers import CarrierSaysNo, Finding, SetNumbers
from clientcomm_sms.domain.number_settings import wanted_settings
from clientcomm_sms.wiring.foundation import foundation

Say = Callable[[str], object]


async def look_or_set(settings: Settings, *, is_to_set: bool, with_calls: bool, say: Say) -> int:
    """Exit code 0 when every number in use is, or was set, as it must be."""
    if is_to_set and not settings.sms_public_url:
        say("Nothing was set: CLIENTCOMM_SMS_PUBLIC_URL does not say where the carrier finds us.\n")
        return 2
    base = foundation(settings, role="numbers")
    carrier = TwilioNumbers(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        api_url=settings.twilio_api_url,
    )
    use_case = SetNumbers(
        base.database,
        carrier,
        base.clock,
        directory=base.directory,
        wanted=wanted_settings(settings.public_url, with_calls=with_calls),
    )
    try:
        return await _go(use_case, is_to_set=is_to_set, say=say)
    except CarrierSaysNo as no:
        say(f"The numbers could not be read: {no}\n")
        return 1
    finally:
        carrier.close()
        await base.database.close()


async def _go(use_case: SetNumbers, *, is_to_set: bool, say: Say) -> int:
    findings = await use_case.look()
    if not findings:
        say("No department has a number yet.\n")
    is_in_order = True
    for finding in findings:
        fault = await use_case.set(finding) if is_to_set else None
        for line in _lines(finding, is_to_set=is_to_set, fault=fault):
            say(f"{finding.ours.value}  {line}\n")
        is_done = is_to_set and finding.at_carrier is not None and fault is None
        is_in_order &= finding.is_in_order or is_done
    return 0 if is_in_order else 1


def _lines(finding: Finding, *, is_to_set: bool, fault: str | None) -> list[str]:
    if finding.at_carrier is None:
        use = "in use, but" if finding.ours.is_in_use else "not in use any more, and"
        return [f"{use} not in the carrier's account"]
    if fault is not None:
        return [f"not changed: {fault}"]
    if not finding.lacking:
        return [f"{name} {value}" for name, value in finding.at_carrier.settings.items() if value]
    verb = "changed" if is_to_set else "is to be changed"
    before = finding.at_carrier.settings
    return [
        f"{name} {verb} from {before[name] or 'nothing'} to {to or 'nothing'}"
        for name, to in finding.lacking.items()
    ]
