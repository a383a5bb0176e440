from django.urls import path, register_converter
from django.urls.converters import StringConverter

from operations.alarms import views as alarm_views
from operations.applications import views as application_views
from operations.audit import views as audit_views
from operations.badges import views as badge_views
from operations.bookings import views as booking_views
from operations.calendars import views as calendar_views
from operations.catalogue import views as catalogue_views
from operations.catalogue.kinds import KINDS
from operations.contact import views as contact_views
from operations.flags import views as flag_views
from operations.front import views as front_views
from operations.health import views as health_views
from operations.mail import urls as mail_urls
from operations.people import views as people_views
from operations.policies import urls as policy_urls
from operations.search import views as search_views


class KindConverter(StringConverter):
    """Matches the kinds of rows that have pages here; the other addresses below `catalogue/` are those of pathways."""

    regex = "|".join(KINDS)


register_converter(KindConverter, "kind_of_catalogue")
app_name = "operations"
urlpatterns = [
    path("operations/", front_views.front, name="front"),
    path("operations/applications/<uuid:pk>/", application_views.application, name="application"),
    path("operations/calendars/<uuid:pk>/", calendar_views.calendar, name="calendar"),
    path("operations/calendars/<uuid:pk>/read/", calendar_views.read_calendar, name="read_calendar"),
    path("operations/audit/", audit_views.audit, name="audit"),
    path("operations/audit/download/", audit_views.audit_csv, name="audit_csv"),
    path("operations/catalogue/<kind_of_catalogue:kind>/", catalogue_views.catalogue_rows, name="catalogue_rows"),
    path(
        "operations/catalogue/<kind_of_catalogue:kind>/new/",
        catalogue_views.new_catalogue_row,
        name="new_catalogue_row",
    ),
    path(
        "operations/catalogue/<kind_of_catalogue:kind>/<slug:slug>/",
        catalogue_views.catalogue_row,
        name="catalogue_row",
    ),
    path("operations/contact/", contact_views.contact, name="contact"),
    path("operations/contact/<uuid:pk>/", contact_views.contact_message, name="contact_message"),
    path("operations/people/", people_views.people, name="people"),
    path("operations/people/<uuid:pk>/", people_views.person, name="person"),
    path("operations/people/<uuid:pk>/see/<slug:slug>/", people_views.person_section, name="person_section"),
    path("operations/people/<uuid:pk>/do/<slug:slug>/", people_views.person_act, name="person_act"),
    path("operations/people/<uuid:pk>/note/", people_views.person_note, name="person_note"),
    path("operations/people/<uuid:pk>/act-as/", people_views.act_as, name="act_as"),
    path(
        "operations/people/<uuid:pk>/conversations/<uuid:conversation>/",
        people_views.person_conversation,
        name="person_conversation",
    ),
    path("operations/bookings/", booking_views.bookings, name="bookings"),
    path("operations/bookings/<str:reference>/", booking_views.booking, name="booking"),
    path("operations/bookings/<str:reference>/do/<slug:slug>/", booking_views.booking_act, name="booking_act"),
    path("operations/bookings/<str:reference>/note/", booking_views.booking_note, name="booking_note"),
    path("operations/catalogue/badges/", badge_views.badges, name="badges"),
    path("operations/catalogue/badges/new/", badge_views.new_badge, name="new_badge"),
    path("operations/catalogue/badges/<slug:slug>/", badge_views.badge, name="badge"),
    path("operations/search/", search_views.find, name="find"),
    path("operations/health/", health_views.health, name="health"),
    path("operations/alarms/", alarm_views.alarms, name="alarms"),
    path("operations/alarms/<slug:name>/", alarm_views.alarm, name="alarm"),
    path("operations/flags/", flag_views.flags, name="flags"),
    path("operations/flags/<slug:name>/", flag_views.flag, name="flag"),
    *mail_urls.urlpatterns,
    *policy_urls.urlpatterns,
]
