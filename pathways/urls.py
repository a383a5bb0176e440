from django.urls import path

from pathways.views import mine, public, teaching

app_name = "pathways"
urlpatterns = [
    path("pathways/", public.overview, name="overview"),
    path("pathways/<slug:slug>/", public.pathway, name="pathway"),
    path("pathways/<slug:slug>/enrol/", mine.enrol, name="enrol"),
    path("welcome/", public.welcome, name="welcome"),
    path("me/pathways/", mine.mine, name="mine"),
    path("me/pathways/<slug:slug>/", mine.mine_on, name="mine_on"),
    path("me/pathways/<slug:slug>/change/", mine.change, name="change"),
    path("me/skills/<slug:slug>/", mine.skill, name="skill"),
    path("me/badges/", mine.badges_, name="badges"),
    path("skills/evidence/<uuid:pk>/", mine.evidence, name="evidence"),
    path("badges/<str:token>/", public.award, name="award"),
    path("dashboard/skills/", teaching.skills, name="teaching"),
]
