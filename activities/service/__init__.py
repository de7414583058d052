"""The studio's Nexus services, as the worker of its own queue hosts them, and the endpoint to them."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.service.endpoint import ensure_endpoint as ensure_endpoint
    from activities.service.hosted import services as services
else:
    __all__, __getattr__ = lazily(__name__, {"endpoint": "ensure_endpoint", "hosted": "services"})
