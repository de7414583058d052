"""Takes in what callers hand in: looks at it, and keeps it under what it holds."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.library import uploads as uploads
    from activities.library.kept import Kept as Kept
    from activities.library.kept import kept_clip as kept_clip
    from activities.library.signing import Signing as Signing
    from activities.library.uploads import Uploads as Uploads
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "uploads",
            "kept": "Kept kept_clip",
            "signing": "Signing",
            "uploads": "Uploads",
        },
    )
