from django.urls import path

from pathways.badges import views as badge_views
from pathways.catalogue import builder_views
from pathways.catalogue import views as catalogue_views
from pathways.editing import views as editing_views
from pathways.goals import views as goal_views
from pathways.progress import views as progress_views

app_name = "pathways"
urlpatterns = [
    path("pathways/", catalogue_views.overview, name="overview"),
    path("pathways/<slug:slug>/", catalogue_views.pathway, name="pathway"),
    path("pathways/<slug:slug>/enrol/", progress_views.enrol, name="enrol"),
    path("welcome/", catalogue_views.welcome, name="welcome"),
    path("me/pathways/", progress_views.mine, name="mine"),
    path("me/pathways/<slug:slug>/", progress_views.mine_on, name="mine_on"),
    path("me/pathways/<slug:slug>/change/", progress_views.change, name="change"),
    path("me/skills/<slug:slug>/", progress_views.skill, name="skill"),
    path("me/badges/", badge_views.my_badges, name="badges"),
    path("goals/", goal_views.goals, name="goals"),
    path("goals/new/", goal_views.new_goal, name="new_goal"),
    path("goals/<uuid:pk>/", goal_views.goal, name="goal"),
    path("goals/<uuid:pk>/edit/", goal_views.edit_goal, name="edit_goal"),
    path("goals/<uuid:pk>/act/", goal_views.act_on_goal, name="act_on_goal"),
    path("skills/evidence/<uuid:pk>/", progress_views.evidence, name="evidence"),
    path("badges/issuer.json", badge_views.badge_issuer, name="badge_issuer"),
    path("badges/<str:token>/", badge_views.award, name="award"),
    path("badges/<str:token>/picture.png", badge_views.award_picture, name="award_picture"),
    path("badges/<str:token>/credential.json", badge_views.award_credential, name="award_credential"),
    path("dashboard/skills/", builder_views.skills, name="teaching"),
    path("operations/catalogue/", editing_views.catalogue, name="catalogue"),
    path("operations/catalogue/import/", editing_views.import_pathways, name="import_pathways"),
    path("operations/catalogue/new/", editing_views.new_pathway, name="new_pathway"),
    path("operations/catalogue/pathways/<slug:slug>/", editing_views.edit_tree, name="edit_tree"),
    path("operations/catalogue/pathways/<slug:slug>/texts/", editing_views.edit_pathway, name="edit_pathway"),
    path("operations/catalogue/pathways/<slug:slug>/preview/", editing_views.preview_pathway, name="preview_pathway"),
    path("operations/catalogue/pathways/<slug:slug>/export/", editing_views.export_pathway, name="export_pathway"),
]
