"""Where the apps' routers meet."""

from accounts.api import router as accounts
from core.api import Api
from pathways.api import router as pathways

api = Api(title="Waymark", version="1", docs_url="/docs", openapi_url="/openapi.json", urls_namespace="api")
for router in (accounts, pathways):
    api.add_router("", router)
