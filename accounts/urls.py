from django.urls import path

from accounts import views
from accounts.acting_as import views as acting_views
from accounts.addresses import views as address_views
from accounts.members import import_views
from accounts.members import views as member_views
from accounts.personal_data import views as data_views
from accounts.sign_up import views as sign_up_views
from accounts.terms import views as terms_views
from accounts.time_zones import views as zone_views
from accounts.tokens import views as token_views

app_name = "accounts"
urlpatterns = [
    path("account/", views.settings, name="settings"),
    path("account/start/", views.start, name="start"),
    path("account/send-link/", sign_up_views.send_link, name="send_link"),
    path("account/email/confirm/<str:key>/", address_views.confirm_address, name="confirm_address"),
    path("account/email/works/", address_views.address_works, name="address_works"),
    path("account/tokens/", token_views.tokens_page, name="tokens"),
    path("account/tokens/revoke/", token_views.revoke_all_tokens, name="revoke_all_tokens"),
    path("account/tokens/<uuid:pk>/revoke/", token_views.revoke_token, name="revoke_token"),
    path("account/picture/", data_views.picture, name="picture"),
    path("account/picture/remove/", data_views.remove_picture, name="remove_picture"),
    path("account/agree/", terms_views.agree, name="agree"),
    path("account/data/", data_views.data, name="data"),
    path("account/data/export/", data_views.request_export, name="request_export"),
    path("account/data/export/<uuid:pk>/", data_views.download, name="download"),
    path("account/data/erase/", data_views.erase, name="erase"),
    path("account/acting/stop/", acting_views.stop_acting, name="stop_acting"),
    path("account/member-data/", member_views.member_data, name="member_data"),
    path("operations/members/", member_views.members, name="members"),
    path("operations/members/members.<slug:kind>", member_views.members_file, name="members_file"),
    path("operations/members/new/", member_views.new_member, name="new_member"),
    path("operations/members/duplicates/", member_views.member_duplicates, name="member_duplicates"),
    path("operations/members/report/", member_views.member_report, name="member_report"),
    path("operations/members/import/", import_views.import_members, name="import_members"),
    path("operations/members/import/<uuid:pk>/", import_views.member_import, name="member_import"),
    path("operations/members/import/<uuid:pk>/errors.csv", import_views.import_errors, name="import_errors"),
    path("operations/members/merges/<uuid:pk>/undo/", member_views.unmerge_members, name="unmerge_members"),
    path("operations/members/<uuid:pk>/", member_views.member, name="member"),
    path("operations/members/<uuid:pk>/merge/<uuid:other>/", member_views.merge_members, name="merge_members"),
    path("goodbye/", data_views.erased, name="erased"),
    path("places/", views.places, name="places"),
    path("clock/", views.hour_format, name="hour_format"),
    path("account/zone/", zone_views.zone, name="zone"),
    path("account/build/", views.apply, name="apply"),
    path("notifications/", views.notifications_page, name="notifications"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/<uuid:pk>/open/", views.open_notification, name="open_notification"),
]
