from django.urls import path

from operations import views
from operations.mail import urls as mail_urls

app_name = "operations"
urlpatterns = [
    path("operations/", views.front, name="front"),
    *mail_urls.urlpatterns,
]
