"""Who used the processors, and how much memory each process holds by itself."""

from collections.abc import Mapping

import psutil
from tests.performance.report import Figure, Section

from clientcomm_testkit.stacks import RunningStack


def cpu_seconds(stack: RunningStack) -> dict[str, float]:
    """Processor seconds of each process of the stack so far, children included."""
    return {name: _spent(pid) for name, pid in stack.processes().items()}


def used_between(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Processor seconds spent between two looks, most first."""
    spent = {name: after[name] - before.get(name, 0.0) for name in after}
    return dict(sorted(spent.items(), key=lambda item: -item[1]))


def hops(title: str, spent: Mapping[str, float], count: int) -> Section:
    """Processor time per piece of work, by process, most first."""
    return Section(
        f"Processor time per {title}",
        [
            *(Figure(name, 1000 * seconds / count, "ms") for name, seconds in spent.items()),
            Figure("all together", 1000 * sum(spent.values()) / count, "ms"),
        ],
    )


def memory_of_services(stack: RunningStack) -> dict[str, float]:
    """Proportional set size of each service's process in MB; servers and simulator left out."""
    return {
        name: psutil.Process(pid).memory_full_info().pss / 1e6
        for name, pid in stack.processes().items()
        if name.rsplit("-", 1)[0] not in ("postgres", "rabbitmq", "simulator")
    }


def _spent(pid: int) -> float:
    process = psutil.Process(pid)
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
