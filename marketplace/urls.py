from django.urls import path

from marketplace import sitemaps
from marketplace.views import discovery, first_steps, letters, listing, overview, people, portfolio, searches, share

app_name = "marketplace"
urlpatterns = [
    path("", discovery.home, name="home"),
    path("sitemap.xml", sitemaps.whole, name="sitemap"),
    path("sitemap-<str:section>.xml", sitemaps.part, name="sitemap_section"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("builders/", discovery.discover, name="discover"),
    path("builders/counts/", discovery.counts, name="counts"),
    path("builders/languages/", discovery.languages, name="languages"),
    path("builders/pins.json", discovery.pins, name="pins"),
    path("builders/towns.json", discovery.towns, name="towns"),
    path("builders/teaching/<slug:slug>/", discovery.teachers, name="teachers"),
    path("builders/guiding/<slug:slug>/", discovery.guides, name="guides"),
    path("builders/leading/<slug:slug>/", discovery.leaders, name="leaders"),
    path("builders/<slug:slug>/", people.builder, name="builder"),
    path("builders/<slug:slug>/keep/", people.keep, name="keep"),
    path("portfolio/<uuid:pk>/", people.piece, name="piece"),
    path("portfolio/<uuid:pk>/small/", people.small_piece, name="small_piece"),
    path("me/next-step/", discovery.next_step, name="next_step"),
    path("me/letter/", letters.letter, name="letter"),
    path("me/searches/", searches.saved_searches, name="saved_searches"),
    path("me/searches/save/", searches.save_search, name="save_search"),
    path("me/searches/<uuid:pk>/", searches.saved_search, name="saved_search"),
    path("builders/<slug:slug>/watch/", searches.watch, name="watch"),
    path("stop/<str:token>/", searches.stop, name="stop"),
    path("me/favourites/", people.favourites, name="favourites"),
    path("dashboard/", overview.dashboard, name="dashboard"),
    path("dashboard/first-steps/", first_steps.first_steps, name="first_steps"),
    path("dashboard/listing/", listing.listing, name="listing"),
    path("dashboard/profile/", listing.profile, name="profile"),
    path("dashboard/listing/preview/", listing.preview, name="preview"),
    path("dashboard/share/", share.share, name="share"),
    path("dashboard/share/qr.<slug:kind>", share.qr, name="qr"),
    path("s/<slug:code>/", share.short, name="short"),
    path("dashboard/portfolio/", portfolio.pieces, name="portfolio"),
    path("dashboard/portfolio/order/", portfolio.reorder, name="reorder"),
    path("dashboard/portfolio/<uuid:pk>/", portfolio.piece, name="own_piece"),
]
