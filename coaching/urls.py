from django.urls import path

from coaching import meeting_views, payment_views, views
from coaching.early_booking import views as early
from coaching.packages import buying_views
from coaching.packages import views as packages
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
    path("dashboard/offers/early/", early.early_booking, name="early_booking"),
    path("dashboard/offers/<uuid:pk>/early/", early.early_booking_of, name="early_booking_of"),
    path("dashboard/offers/<uuid:pk>/shares/", sharing.share_offer, name="share_offer"),
    path("dashboard/offers/<uuid:pk>/", views.offer, name="offer"),
    path("dashboard/offers/<uuid:pk>/duplicate/", views.duplicate, name="duplicate"),
    path("dashboard/offers/<uuid:pk>/switch/", views.switch, name="switch"),
    path("dashboard/rates/", views.rates, name="rates"),
    path("dashboard/packages/", packages.packages, name="packages"),
    path("dashboard/packages/new/", packages.new_package, name="new_package"),
    path("dashboard/packages/<uuid:pk>/", packages.package, name="package"),
    path("dashboard/packages/<uuid:pk>/archive/", packages.archive_package, name="archive_package"),
    path("dashboard/packages/sold/<uuid:pk>/refund/", packages.refund_package, name="refund_package"),
    path("dashboard/packages/sold/<uuid:pk>/refund/again/", packages.refund_package_again, name="refund_package_again"),
    path("packages/<uuid:pk>/", buying_views.buy_package, name="buy_package"),
    path("packages/bought/<uuid:pk>/", buying_views.purchase, name="purchase"),
]
