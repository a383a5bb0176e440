from django.urls import path

from coaching import meeting_views, payment_views, views
from coaching.sharing import views as sharing

app_name = "coaching"
urlpatterns = [
    path("dashboard/offers/", views.offers, name="offers"),
    path("dashboard/offers/meetings/", meeting_views.meetings, name="meetings"),
    path("dashboard/offers/payment/", payment_views.payment, name="payment"),
    path("dashboard/offers/new/", views.new_offer, name="new_offer"),
    path("dashboard/offers/preview/", views.preview, name="preview"),
    path("dashboard/offers/order/", views.reorder, name="reorder"),
    path("dashboard/offers/shares/", sharing.shares, name="shares"),
    path("dashboard/offers/shares/<uuid:pk>/answer/", sharing.answer_share, name="answer_share"),
    path("dashboard/offers/<uuid:pk>/shares/", sharing.share_offer, name="share_offer"),
    path("dashboard/offers/<uuid:pk>/", views.offer, name="offer"),
    path("dashboard/offers/<uuid:pk>/duplicate/", views.duplicate, name="duplicate"),
    path("dashboard/offers/<uuid:pk>/switch/", views.switch, name="switch"),
    path("dashboard/rates/", views.rates, name="rates"),
]
