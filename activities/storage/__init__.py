"""Where things are kept and fetched from: database, bucket, a bounded cache on disk, and addresses that
others chose, of which only public ones are opened. To sign a link takes no worker's libraries."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.storage.cache import Cache as Cache
    from activities.storage.database import Database as Database
    from activities.storage.database import Pool as Pool
    from activities.storage.database import span as span
    from activities.storage.failures import FactsUnreadable as FactsUnreadable
    from activities.storage.failures import ObjectMissing as ObjectMissing
    from activities.storage.fetch import Expired as Expired
    from activities.storage.fetch import Fetch as Fetch
    from activities.storage.fetch import NoSuchHost as NoSuchHost
    from activities.storage.fetch import Unfetchable as Unfetchable
    from activities.storage.keys import folder_name as folder_name
    from activities.storage.objects import PROOF as PROOF
    from activities.storage.objects import PROOF_BODY as PROOF_BODY
    from activities.storage.objects import ObjectStore as ObjectStore
    from activities.storage.posting import post as post
    from activities.storage.storage import Storage as Storage
    from activities.storage.transfer import sha256_of as sha256_of
    from activities.storage.urls import NotAWebUrl as NotAWebUrl
    from activities.storage.urls import shown as shown
    from activities.storage.urls import web_url as web_url
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "cache": "Cache",
            "database": "Database Pool span",
            "failures": "FactsUnreadable ObjectMissing",
            "fetch": "Expired Fetch NoSuchHost Unfetchable",
            "keys": "folder_name",
            "objects": "ObjectStore PROOF PROOF_BODY",
            "posting": "post",
            "storage": "Storage",
            "transfer": "sha256_of",
            "urls": "NotAWebUrl shown web_url",
        },
    )
