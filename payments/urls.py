from django.urls import path

from payments.payouts import views

app_name = "payments"

urlpatterns = [
    path("dashboard/payouts/", views.payouts, name="payouts"),
    path("dashboard/payouts/payouts.csv", views.table, name="payouts_table"),
    path("dashboard/payouts/set-up/", views.set_up, name="set_up_payouts"),
    path("dashboard/payouts/check/", views.check, name="check_payouts"),
    path("dashboard/payouts/<uuid:pk>/", views.statement, name="payout"),
]
