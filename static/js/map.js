// Draws builders as clustered markers, over tiles if some are configured, else over outlines of countries with names of
// towns. maps.js loads this file when a map comes into view. The list beside the map has all that the markers show.

import "leaflet";
import "leaflet.markercluster";
import { feature } from "topojson-client";

const { L } = window; // leaflet.markercluster adds itself to the global L
const MAX_ZOOM = 12; // without tiles
const TOWN_NAMES_ZOOM = 4; // names of towns are shown from this zoom on
const METRES_PER_MILE = 1609;
const ANTARCTICA = "010";
const WORLD = L.latLngBounds([-50, -130], [66, 150]);

function element(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function createMap(box) {
  const map = L.map(box, {
    minZoom: 0,
    maxZoom: box.dataset.tiles ? 17 : MAX_ZOOM,
    worldCopyJump: true,
    scrollWheelZoom: !box.dataset.lat,
  });
  map.attributionControl.setPrefix(false);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.credit }).addTo(map);
  else drawCountries(map, box).catch(() => {}); // the map is useful with markers alone
  return map;
}

// Shifts the coordinates of a ring that crosses the date line, so that the country is drawn in one piece.
function joinAtDateLine(ring) {
  let shift = 0;
  return ring.map(([lng, lat], index) => {
    const step = index ? lng - ring[index - 1][0] : 0;
    if (Math.abs(step) > 180) shift -= 360 * Math.sign(step);
    return [lng + shift, lat];
  });
}

function countries(world) {
  const lands = feature(world, world.objects.countries).features.filter((land) => land.id !== ANTARCTICA);
  for (const { geometry } of lands) {
    const isPolygon = geometry.type === "Polygon";
    const pieces = (isPolygon ? [geometry.coordinates] : geometry.coordinates).map((piece) =>
      piece.map(joinAtDateLine),
    );
    geometry.coordinates = isPolygon ? pieces[0] : pieces;
  }
  return lands;
}

// Leaves out towns whose names would overlap that of a larger one; the server sends the largest first.
function withoutOverlaps(map, towns) {
  const taken = [];
  return towns.filter((town) => {
    const at = map.latLngToContainerPoint([town.lat, town.lng]);
    const isFree = taken.every((other) => Math.abs(other.x - at.x) > 90 || Math.abs(other.y - at.y) > 24);
    if (isFree) taken.push(at);
    return isFree;
  });
}

async function drawCountries(map, box) {
  const world = await (await fetch(box.dataset.world)).json();
  const style = () => ({ interactive: false, className: "map__land", weight: 1, smoothFactor: 0.6 });
  L.geoJSON(countries(world), { interactive: false, style }).addTo(map).bringToBack();
  map.attributionControl.addAttribution("Natural Earth, GeoNames");
  const names = L.layerGroup().addTo(map);
  let requestedArea = "";
  async function showTownNames() {
    if (map.getZoom() < TOWN_NAMES_ZOOM) return names.clearLayers();
    const area = areaOf(map);
    requestedArea = area;
    const answer = await fetch(`${box.dataset.towns}?area=${area}`).catch(() => null);
    if (!answer?.ok || requestedArea !== area) return;
    names.clearLayers();
    for (const town of withoutOverlaps(map, (await answer.json()).towns)) {
      const icon = L.divIcon({ className: "map__town", html: element("span", "", town.name), iconSize: null });
      L.marker([town.lat, town.lng], { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(names);
    }
  }
  map.on("moveend", showTownNames);
  showTownNames();
}

function areaOf(map) {
  const bounds = map.getBounds();
  const normalize = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;
  const isAll = bounds.getEast() - bounds.getWest() >= 360;
  const [west, east] = isAll ? [-180, 180] : [normalize(bounds.getWest()), normalize(bounds.getEast())];
  return [Math.max(-90, bounds.getSouth()), west, Math.min(90, bounds.getNorth()), east]
    .map((degrees) => degrees.toFixed(3))
    .join(",");
}

function pinIcon(text) {
  return L.divIcon({ className: "pin", html: element("span", "pin__text", text), iconSize: null });
}

function popup(builder) {
  const box = element("div", "map__notice");
  const name = Object.assign(element("a", "", builder.name), { href: builder.url });
  box.append(
    name,
    element("p", "", builder.headline),
    element(
      "p",
      "soft",
      [builder.stars && `★ ${builder.stars}`, builder.rate && `${builder.rate} an hour`].filter(Boolean).join(" · "),
    ),
  );
  return box;
}

// A single place --------------------------------------------------------------------------------------------------

function showPlace(box) {
  const at = [Number(box.dataset.lat), Number(box.dataset.lng)];
  const map = createMap(box).setView(at, 5);
  L.marker(at, { icon: pinIcon(box.dataset.name), interactive: false, keyboard: false }).addTo(map);
}

// Search results --------------------------------------------------------------------------------------

function showMatches(box) {
  const map = createMap(box).fitBounds(WORLD);
  const icon = (cluster) =>
    L.divIcon({
      className: "pin pin--many",
      html: element("span", "pin__text", String(cluster.getChildCount())),
      iconSize: null,
    });
  const options = { maxClusterRadius: 44, showCoverageOnHover: false, iconCreateFunction: icon, chunkedLoading: true };
  const clusters = L.markerClusterGroup(options).addTo(map);
  const markers = new Map(); // by the URL of the builder's page
  let drawnUrl = "";
  let highlightedUrl = ""; // of the card under the pointer or with the focus
  let isScripted = false; // while this script, not a person, moves the map

  function resultsElement() {
    return document.querySelector("[data-pins]");
  }

  function fitTo(bounds, options = {}) {
    isScripted = true;
    map.fitBounds(bounds, { animate: false, ...options });
    isScripted = false;
  }

  function announce(text) {
    const status = resultsElement()?.querySelector("[data-map-status]");
    if (status) status.textContent = text;
  }

  async function draw() {
    const results = resultsElement();
    if (!results || results.dataset.pins === drawnUrl) return;
    drawnUrl = results.dataset.pins;
    box.ariaBusy = "true";
    const answer = await fetch(drawnUrl).catch(() => null);
    const data = answer?.ok ? await answer.json().catch(() => null) : null;
    if (results.dataset.pins !== drawnUrl) return;
    if (data) showPins(results, data);
    else announce("The map could not ask who is where. Look at your connection.");
    box.ariaBusy = "false";
  }

  function showPins(results, { pins, most }) {
    clusters.clearLayers();
    markers.clear();
    for (const builder of pins) {
      const label = builder.rate || builder.stars || "•";
      const marker = L.marker([builder.lat, builder.lng], {
        icon: pinIcon(label),
        title: `${builder.name}${builder.rate ? `, ${builder.rate} an hour` : ""}`,
      });
      marker.bindPopup(() => popup(builder), { minWidth: 220 });
      markers.set(builder.url, marker);
    }
    clusters.addLayers([...markers.values()]);
    announce(
      pins.length === most
        ? `The best ${most} are on the map. Look closer for more.`
        : pins.length
          ? ""
          : "Nobody here says where they are.",
    );
    fitToResults(results, pins);
    highlight();
  }

  function fitToResults(results, pins) {
    const area = new URL(drawnUrl, location).searchParams.get("area");
    if (area) return; // the map already shows it, or it comes from the page's address
    const [lat, lng, miles] = (results.dataset.around ?? "").split(" ").map(Number);
    if (miles) fitTo(L.latLng(lat, lng).toBounds(2 * miles * METRES_PER_MILE));
    else if (pins.length) showAll(L.latLngBounds(pins.map((builder) => [builder.lat, builder.lng])));
  }

  // Builders all over the world fit only at a zoom between two whole steps.
  function showAll(bounds) {
    const padding = L.point(60, 50);
    map.options.zoomSnap = map.getBoundsZoom(bounds, false, padding.multiplyBy(2)) < 2 ? 0.25 : 1;
    fitTo(bounds, { padding, maxZoom: 9 });
    map.options.zoomSnap = 1;
  }

  function start() {
    const area = new URL(resultsElement().dataset.pins, location).searchParams.get("area")?.split(",").map(Number);
    if (area?.length === 4)
      fitTo([
        [area[0], area[1]],
        [area[2], area[3] < area[1] ? area[3] + 360 : area[3]],
      ]);
    showLocateButton();
    draw();
  }

  function showLocateButton() {
    const me = resultsElement()?.querySelector("[data-map-me]");
    if (me) me.hidden = !navigator.geolocation;
  }

  function searchHere() {
    const form = document.querySelector("[data-finder]");
    form.elements.area.value = areaOf(map);
    form.elements.place.value = "";
    window.htmx.trigger(form, "change");
  }

  function goToMe() {
    announce("Asking your browser where you are.");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        announce("");
        map.once("moveend", searchHere);
        map.setView([coords.latitude.toFixed(2), coords.longitude.toFixed(2)], 9);
      },
      () => announce("Your browser does not say where you are. Enter a town under “Near” instead."),
      { timeout: 10_000, maximumAge: 600_000 },
    );
  }

  function highlight() {
    for (const pin of box.querySelectorAll(".pin--on")) pin.classList.remove("pin--on");
    const marker = markers.get(highlightedUrl);
    if (marker) clusters.getVisibleParent(marker)?.getElement()?.classList.add("pin--on");
  }

  function highlightCard(event, isOn) {
    const link = event.target.closest?.(".mapped .card")?.querySelector(".card__link");
    if (!link) return;
    highlightedUrl = isOn ? link.getAttribute("href") : "";
    highlight();
  }

  clusters.on("animationend", highlight);
  map.on("dragend zoomend", () => {
    const button = resultsElement()?.querySelector("[data-map-here]");
    if (button && !isScripted) button.hidden = false;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-map-here]")) searchHere();
    else if (event.target.closest?.("[data-map-me]")) goToMe();
  });
  for (const [name, isOn] of [
    ["focusin", true],
    ["focusout", false],
    ["mouseover", true],
    ["mouseout", false],
  ]) {
    document.addEventListener(name, (event) => highlightCard(event, isOn));
  }
  document.addEventListener("htmx:afterSettle", () => {
    showLocateButton();
    draw();
  });
  start();
}

export function show(box) {
  if (box.dataset.lat) showPlace(box);
  else showMatches(box);
}
