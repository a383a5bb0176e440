from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("messages/", views.inbox, name="inbox"),
    path("messages/count/", views.count, name="count"),
    path("messages/preferences/", views.preferences, name="preferences"),
    path("messages/replies/", views.saved_replies_page, name="saved_replies"),
    path("messages/replies/<uuid:pk>/", views.saved_reply, name="saved_reply"),
    path("messages/to/<slug:slug>/", views.ask, name="ask"),
    path("messages/<uuid:pk>/", views.conversation, name="conversation"),
    path("messages/<uuid:pk>/act/", views.act, name="act"),
    path("messages/<uuid:pk>/files/<uuid:attachment>/", views.file, name="file"),
]
