from django.urls import path

from operations.mail import views

urlpatterns = [
    path("operations/mail/", views.mail_log, name="mail"),
    path("operations/mail/addresses/", views.dead_addresses, name="dead_addresses"),
    path("operations/mail/addresses/<uuid:pk>/release/", views.release_address, name="release_address"),
    path("operations/mail/<uuid:pk>/", views.mail_message, name="mail_message"),
    path("operations/mail/<uuid:pk>/html/", views.mail_message_html, name="mail_message_html"),
    path("operations/mail/<uuid:pk>/again/", views.send_mail_again, name="send_mail_again"),
]
