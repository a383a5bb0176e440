from django.urls import path

from referrals import staff_views, views

app_name = "referrals"
urlpatterns = [
    path("referrals/", views.own, name="own"),
    path("referrals/redeem/", views.redeem, name="redeem"),
    path("r/<str:code>/", views.invitation, name="invitation"),
    path("operations/referrals/", staff_views.referrals, name="referrals"),
    path("operations/referrals/rules/", staff_views.rules, name="rules"),
    path("operations/referrals/<uuid:pk>/", staff_views.referral, name="referral"),
]
