from django.urls import path

from payments.credits import views as credit_views
from payments.disputes import views as disputes
from payments.invoices import views as invoices
from payments.payouts import views
from payments.plans import views as plans

app_name = "payments"

urlpatterns = [
    path("credits/", credit_views.my_credits, name="my_credits"),
    path("credits/<uuid:pk>/withdraw/", credit_views.withdraw_gift, name="withdraw_gift"),
    path("gifts/<str:token>/", credit_views.gift, name="gift"),
    path("dashboard/payouts/", views.payouts, name="payouts"),
    path("dashboard/payouts/payouts.csv", views.table, name="payouts_table"),
    path("dashboard/payouts/set-up/", views.set_up, name="set_up_payouts"),
    path("dashboard/payouts/check/", views.check, name="check_payouts"),
    path("dashboard/payouts/<uuid:pk>/", views.statement, name="payout"),
    path("dashboard/disputes/", disputes.disputes, name="disputes"),
    path("dashboard/disputes/<uuid:pk>/", disputes.dispute, name="dispute"),
    path("dashboard/disputes/<uuid:pk>/evidence.pdf", disputes.dispute_document, name="dispute_document"),
    path("dashboard/disputes/<uuid:pk>/files/<uuid:file>/", disputes.dispute_file, name="dispute_file"),
    path("dashboard/plans/", plans.own_plans, name="own_plans"),
    path("dashboard/plans/<uuid:pk>/", plans.own_plan, name="own_plan"),
    path("dashboard/plan/", plans.platform_plan, name="platform_plan"),
    path("plans/<uuid:pk>/", plans.plan, name="plan"),
    path("billing/", plans.billing, name="billing"),
    path("billing/cards/", plans.add_card, name="add_card"),
    path("billing/cards/<uuid:pk>/", plans.card, name="card"),
    path("billing/subscriptions/<uuid:pk>/", plans.subscription, name="subscription"),
    path("billing/subscriptions/<uuid:pk>/change/<uuid:plan>/", plans.change_plan, name="change_plan"),
    path("invoices/", invoices.invoices, name="invoices"),
    path("invoices/details/", invoices.billing_details, name="billing_details"),
    path("invoices/<str:number>/", invoices.invoice, name="invoice"),
    path("invoices/<str:number>/invoice.pdf", invoices.invoice_pdf, name="invoice_pdf"),
    path("invoices/<str:number>/invoice.xml", invoices.invoice_xml, name="invoice_xml"),
    path("invoices/<str:number>/replace/", invoices.correct_invoice, name="correct_invoice"),
    path("dashboard/invoices/", invoices.written_invoices, name="written_invoices"),
    path("dashboard/invoices/settings/", invoices.seller_details, name="seller_details"),
    path("dashboard/invoices/invoices.zip", invoices.archive_of_year, name="archive_of_year"),
]
