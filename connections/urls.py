from django.urls import path

from connections.oauth import views as oauth
from connections.outgoing import views as outgoing
from connections.zoom import views as zoom

app_name = "connections"
urlpatterns = [
    path("dashboard/connections/accounts/<slug:service>/start/", oauth.start, name="start"),
    path("dashboard/connections/accounts/<slug:service>/agree/", oauth.agree, name="agree"),
    path("dashboard/connections/zoom/", zoom.zoom, name="zoom"),
    path("dashboard/webhooks/", outgoing.endpoints, name="webhooks"),
    path("dashboard/webhooks/new/", outgoing.add, name="webhook_new"),
    path("dashboard/webhooks/<uuid:pk>/", outgoing.endpoint, name="webhook"),
    path("dashboard/webhooks/<uuid:pk>/switch/", outgoing.switch, name="webhook_switch"),
    path("dashboard/webhooks/<uuid:pk>/secret/", outgoing.rotate, name="webhook_secret"),
    path("dashboard/webhooks/<uuid:pk>/test/", outgoing.test, name="webhook_test"),
    path("dashboard/webhooks/<uuid:pk>/delete/", outgoing.delete, name="webhook_delete"),
    path("dashboard/webhooks/<uuid:pk>/<uuid:delivery>/", outgoing.delivery, name="webhook_delivery"),
    path("dashboard/webhooks/<uuid:pk>/<uuid:delivery>/replay/", outgoing.replay, name="webhook_replay"),
    path("connections/<slug:service>/callback/", oauth.callback, name="callback"),
    path("dashboard/connections/accounts/<uuid:pk>/remove/", oauth.disconnect, name="disconnect"),
]
