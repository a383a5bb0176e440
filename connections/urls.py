from django.urls import path

from connections.oauth import views as oauth

app_name = "connections"
urlpatterns = [
    path("dashboard/connections/accounts/<slug:service>/start/", oauth.start, name="start"),
    path("dashboard/connections/accounts/<slug:service>/agree/", oauth.agree, name="agree"),
    path("connections/<slug:service>/callback/", oauth.callback, name="callback"),
    path("dashboard/connections/accounts/<uuid:pk>/remove/", oauth.disconnect, name="disconnect"),
]
