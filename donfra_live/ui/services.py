"""The pages' one door to the services: Reflex builds state classes itself, so they cannot be given any."""

from donfra_live.services import Services

_installed: Services | None = None


def install(services: Services) -> None:
    """Called once by the composition root, in each worker."""
    global _installed
    _installed = services


def get() -> Services:
    if _installed is None:
        raise RuntimeError("services are installed by the composition root before any page is used")
    return _installed
