from django.urls import path

from payments.disputes import views as disputes

app_name = "payments"
urlpatterns = [
    path("dashboard/disputes/", disputes.disputes, name="disputes"),
    path("dashboard/disputes/<uuid:pk>/", disputes.dispute, name="dispute"),
    path("dashboard/disputes/<uuid:pk>/evidence.pdf", disputes.dispute_document, name="dispute_document"),
    path("dashboard/disputes/<uuid:pk>/files/<uuid:file>/", disputes.dispute_file, name="dispute_file"),
]
