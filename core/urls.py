from django.urls import path, re_path

from core.contact import views as contact_views
from core.feedback import views as feedback_views
from core.policies import views as policy_views
from core.views import (
    appearance,
    demo_mail,
    health,
    live,
    mail_events,
    media,
    security_txt,
    site_pages,
    uploads,
    webhooks,
)

app_name = "core"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path(".well-known/security.txt", security_txt.security_txt, name="security_txt"),
    path("live/", live.stream, name="live"),
    re_path(r"^media/(?P<folder>avatars)/(?P<name>[\w-]{16,40})\.(?P<kind>webp)$", media.media, name="media"),
    path("webhooks/mail-events/", mail_events.mail_events, name="mail_events"),
    path("webhooks/<slug:source>/", webhooks.webhook, name="webhook"),
    path("webhooks/<slug:source>/<slug:reference>/", webhooks.webhook, name="webhook_for"),
    path("banners/<uuid:pk>/close/", policy_views.close_banner, name="close_banner"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("theme/", appearance.theme, name="theme"),
    path("styleguide/", appearance.styleguide, name="styleguide"),
    path("texts/<slug:kind>/<int:number>/", site_pages.text_version, name="text_version"),
    path("feedback/", feedback_views.feedback, name="feedback"),
    path("feedback/<str:key>/", feedback_views.booking_feedback, name="booking_feedback"),
    path("help/", site_pages.site_page, {"slug": "help"}, name="help"),
    path("contact/", contact_views.contact, name="contact"),
    path("privacy/", site_pages.site_page, {"slug": "privacy"}, name="privacy"),
    path("terms/", site_pages.site_page, {"slug": "terms"}, name="terms"),
    path("demo/mail/", demo_mail.mail, name="mail"),
    path("demo/mail/<slug:name>/", demo_mail.mail_detail, name="mail_detail"),
    path("demo/mail/<slug:name>/html/", demo_mail.mail_html, name="mail_html"),
    path("demo/mail/<slug:name>/<int:number>/", demo_mail.mail_attachment, name="mail_attachment"),
]
