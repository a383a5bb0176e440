"""A page of another site with the embed of Ada, for the demo and the tests.

`/site/` shows her sessions in the page, `/site/button` opens them. What the page is told is listed below. Its policy is
as strict as a site's can be that uses the embed.
"""

from __future__ import annotations

from sandbox.calendars import STYLE
from sandbox.requests import Reply, Request

SCRIPT = """
for (const type of ["ready", "height", "booked"]) {
  document.addEventListener(`waymark:${type}`, ({ detail }) => {
    const line = document.createElement("li");
    line.textContent = `${type} ${JSON.stringify(detail)}`;
    document.getElementById("events").append(line);
  });
}
"""


class OtherSite:
    """The pages, which load the script from Waymark."""

    waymark: str = ""  # the address of Waymark

    def answer(self, request: Request) -> Reply:
        if request.path == "site.js":
            return Reply(200, "text/javascript", SCRIPT.encode())
        if request.path == "site.css":
            return Reply(200, "text/css", STYLE.encode())
        if request.path not in ("", "button"):
            return Reply(404, "text/plain", b"No such page")
        policy = f"default-src 'none'; script-src 'self' {self.waymark}; frame-src {self.waymark}; style-src 'self'; img-src data:"
        page = self._page(is_button=request.path == "button")
        return Reply(200, "text/html; charset=utf-8", page.encode(), {"Content-Security-Policy": policy})

    def _page(self, *, is_button: bool) -> str:
        builder, frame = f"{self.waymark}/builders/ada-moreno/", f"{self.waymark}/embed/ada-moreno/"
        sent = 'data-name="Gwen Guest" data-email="gwen@guests.demo.test" data-utm-source="ada.example"'
        inline = f'<div data-waymark="{frame}" {sent}><a href="{builder}">Book a session with me</a></div>'
        button = f'<p><a href="{builder}" data-waymark-button="{frame}" {sent}>Book a session with me</a></p>'
        other = '<a href="/site/">The times in the page</a>' if is_button else '<a href="/site/button">As a button</a>'
        return (
            "<!doctype html><html lang='en'><meta name='viewport' content='width=device-width'>"
            "<title>Ada’s own site (sandbox)</title><link rel='stylesheet' href='/site/site.css'>"
            "<link rel='icon' href='data:,'><main><p><small>Another site, as the demo plays it</small></p>"
            f"<h1>Ada’s own site</h1><p>I help with first releases. {other}</p>{button if is_button else inline}"
            f"<h2>What this page was told</h2><ol id='events'></ol></main><script src='/site/site.js'></script>"
            f"<script async src='{self.waymark}/static/js/embed.js'></script></html>"
        )
