"""Which storage recordings are moved to, by the settings, and whether it can be used."""

import shutil
from collections.abc import Callable

from donfra_live.errors import StorageAway
from donfra_live.recordings.rules import space_to_record
from donfra_live.recordings.storage import Storage
from donfra_live.settings import Settings


def storage_of(settings: Settings) -> Storage | None:
    """None: recordings stay in the data folder."""
    if not settings.s3_bucket:
        return None
    from donfra_live.s3_storage import S3Storage  # noqa: PLC0415  # its library takes time to import

    return S3Storage(
        {
            "bucket": settings.s3_bucket,
            "endpoint": settings.s3_endpoint,
            "region": settings.s3_region,
            "access_key": settings.s3_access_key,
            "secret_key": settings.s3_secret_key,
            "prefix": settings.s3_prefix,
        }
    )


async def check_storage(storage: Storage, say: Callable[[str], None]) -> None:
    """Once after the start: the operator is told, the app goes on."""
    try:
        await storage.check()
    except StorageAway as error:
        say(f"the storage of recordings ({storage.name}) cannot be used: {error.why}; see S3_BUCKET")


def free_of(settings: Settings) -> Callable[[], int]:
    """Bytes of the data folder's disk that recordings may still take up."""
    reserve = settings.recording_reserve_bytes
    return lambda: space_to_record(free=shutil.disk_usage(settings.data_dir).free, reserve=reserve)
