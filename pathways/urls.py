from django.urls import path

from pathways import views

app_name = "pathways"
urlpatterns = [
    path("pathways/", views.overview, name="overview"),
    path("pathways/<slug:slug>/", views.pathway, name="pathway"),
]
