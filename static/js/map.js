// Maps: markers in clusters over the outlines of countries and the names of towns, or over tiles where some are set.
// Loaded by maps.js when a map comes into view. Everything that a marker says also stands in the list beside it.

import "leaflet";
import "leaflet.markercluster";
import { feature } from "topojson-client";

const { L } = window; // the clusters add themselves to Leaflet's global
const DEEPEST = 12;
const NAMED = 4; // towns have their names from so near on
const MILE = 1609;
const ANTARCTICA = "010";
const WORLD = L.latLngBounds([-50, -130], [66, 150]);

function element(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function begin(box) {
  const map = L.map(box, { minZoom: 0, maxZoom: box.dataset.tiles ? 17 : DEEPEST, worldCopyJump: true, scrollWheelZoom: !box.dataset.lat });
  map.attributionControl.setPrefix(false);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.credit }).addTo(map);
  else outline(map, box).catch(() => {}); // markers alone will do
  return map;
}

// Whoever lies on both sides of the date line is drawn in one piece, on one of them.
function unbroken(ring) {
  let turn = 0;
  return ring.map(([lng, lat], place) => {
    const step = place ? lng - ring[place - 1][0] : 0;
    if (Math.abs(step) > 180) turn -= 360 * Math.sign(step);
    return [lng + turn, lat];
  });
}

function lands(world) {
  const found = feature(world, world.objects.countries).features.filter((land) => land.id !== ANTARCTICA);
  for (const { geometry } of found) {
    const isOne = geometry.type === "Polygon";
    const pieces = (isOne ? [geometry.coordinates] : geometry.coordinates).map((piece) => piece.map(unbroken));
    geometry.coordinates = isOne ? pieces[0] : pieces;
  }
  return found;
}

// Labels that would stand on one another give way to the larger town.
function apart(map, towns) {
  const taken = [];
  return towns.filter((town) => {
    const at = map.latLngToContainerPoint([town.lat, town.lng]);
    const isFree = taken.every((other) => Math.abs(other.x - at.x) > 90 || Math.abs(other.y - at.y) > 24);
    if (isFree) taken.push(at);
    return isFree;
  });
}

async function outline(map, box) {
  const world = await (await fetch(box.dataset.world)).json();
  const style = () => ({ interactive: false, className: "map__land", weight: 1, smoothFactor: 0.6 });
  L.geoJSON(lands(world), { interactive: false, style }).addTo(map).bringToBack();
  map.attributionControl.addAttribution("Natural Earth, GeoNames");
  const names = L.layerGroup().addTo(map);
  let asked = "";
  async function label() {
    if (map.getZoom() < NAMED) return names.clearLayers();
    const area = areaOf(map);
    asked = area;
    const answer = await fetch(`${box.dataset.towns}?area=${area}`).catch(() => null);
    if (!answer?.ok || asked !== area) return;
    names.clearLayers();
    for (const town of apart(map, (await answer.json()).towns)) {
      const icon = L.divIcon({ className: "map__town", html: element("span", "", town.name), iconSize: null });
      L.marker([town.lat, town.lng], { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(names);
    }
  }
  map.on("moveend", label);
  label();
}

function areaOf(map) {
  const seen = map.getBounds();
  const turned = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;
  const isAll = seen.getEast() - seen.getWest() >= 360;
  const [west, east] = isAll ? [-180, 180] : [turned(seen.getWest()), turned(seen.getEast())];
  return [Math.max(-90, seen.getSouth()), west, Math.min(90, seen.getNorth()), east].map((each) => each.toFixed(3)).join(",");
}

function pin(words) {
  return L.divIcon({ className: "pin", html: element("span", "pin__words", words), iconSize: null });
}

function said(one) {
  const box = element("div", "map__said");
  const name = Object.assign(element("a", "", one.name), { href: one.url });
  box.append(name, element("p", "", one.headline), element("p", "soft", [one.stars && `★ ${one.stars}`, one.rate && `${one.rate} an hour`].filter(Boolean).join(" · ")));
  return box;
}

// One place --------------------------------------------------------------------------------------------------

function showPlace(box) {
  const at = [Number(box.dataset.lat), Number(box.dataset.lng)];
  const map = begin(box).setView(at, 5);
  L.marker(at, { icon: pin(box.dataset.name), interactive: false, keyboard: false }).addTo(map);
}

// Everybody who matches --------------------------------------------------------------------------------------

function showMatches(box) {
  const map = begin(box).fitBounds(WORLD);
  const icon = (cluster) => L.divIcon({ className: "pin pin--many", html: element("span", "pin__words", String(cluster.getChildCount())), iconSize: null });
  const options = { maxClusterRadius: 44, showCoverageOnHover: false, iconCreateFunction: icon, chunkedLoading: true };
  const crowd = L.markerClusterGroup(options).addTo(map);
  const markers = new Map(); // by the address of a builder's page
  let drawn = "";
  let lit = ""; // whose card one looks at
  let isOurs = false; // a move that no hand has made

  function frame() {
    return document.querySelector("[data-pins]");
  }

  function goTo(bounds, options = {}) {
    isOurs = true;
    map.fitBounds(bounds, { animate: false, ...options });
    isOurs = false;
  }

  function tell(words) {
    const status = frame()?.querySelector("[data-map-status]");
    if (status) status.textContent = words;
  }

  async function draw() {
    const here = frame();
    if (!here || here.dataset.pins === drawn) return;
    drawn = here.dataset.pins;
    box.ariaBusy = "true";
    const answer = await fetch(drawn).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    if (here.dataset.pins !== drawn) return;
    if (found) put(here, found);
    else tell("The map could not ask who is where. Look at your connection.");
    box.ariaBusy = "false";
  }

  function put(here, { pins, most }) {
    crowd.clearLayers();
    markers.clear();
    for (const one of pins) {
      const words = one.rate || one.stars || "•";
      const marker = L.marker([one.lat, one.lng], { icon: pin(words), title: `${one.name}${one.rate ? `, ${one.rate} an hour` : ""}` });
      marker.bindPopup(() => said(one), { minWidth: 220 });
      markers.set(one.url, marker);
    }
    crowd.addLayers([...markers.values()]);
    tell(pins.length === most ? `The best ${most} are on the map. Look closer for more.` : pins.length ? "" : "Nobody here says where they are.");
    look(here, pins);
    light();
  }

  function look(here, pins) {
    const area = new URL(drawn, location).searchParams.get("area");
    if (area) return; // it is where the map already looks, or what the address asked for
    const [lat, lng, miles] = (here.dataset.around ?? "").split(" ").map(Number);
    if (miles) goTo(L.latLng(lat, lng).toBounds(2 * miles * MILE));
    else if (pins.length) showAll(L.latLngBounds(pins.map((one) => [one.lat, one.lng])));
  }

  // People all over the world fit in between two steps of the zoom.
  function showAll(bounds) {
    const padding = L.point(60, 50);
    map.options.zoomSnap = map.getBoundsZoom(bounds, false, padding.multiplyBy(2)) < 2 ? 0.25 : 1;
    goTo(bounds, { padding, maxZoom: 9 });
    map.options.zoomSnap = 1;
  }

  function start() {
    const area = new URL(frame().dataset.pins, location).searchParams.get("area")?.split(",").map(Number);
    if (area?.length === 4) goTo([[area[0], area[1]], [area[2], area[3] < area[1] ? area[3] + 360 : area[3]]]);
    offer();
    draw();
  }

  function offer() {
    const me = frame()?.querySelector("[data-map-me]");
    if (me) me.hidden = !navigator.geolocation;
  }

  function searchHere() {
    const form = document.querySelector("[data-finder]");
    form.elements.area.value = areaOf(map);
    form.elements.place.value = "";
    window.htmx.trigger(form, "submit");
  }

  function goToMe() {
    tell("Asking your browser where you are.");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        tell("");
        map.once("moveend", searchHere);
        map.setView([coords.latitude.toFixed(2), coords.longitude.toFixed(2)], 9);
      },
      () => tell("Your browser does not say where you are. Enter a town under “Near” instead."),
      { timeout: 10_000, maximumAge: 600_000 },
    );
  }

  function light() {
    for (const old of box.querySelectorAll(".pin--on")) old.classList.remove("pin--on");
    const marker = markers.get(lit);
    if (marker) crowd.getVisibleParent(marker)?.getElement()?.classList.add("pin--on");
  }

  function mark(event, isOn) {
    const link = event.target.closest?.(".mapped .card")?.querySelector(".card__link");
    if (!link) return;
    lit = isOn ? link.getAttribute("href") : "";
    light();
  }

  crowd.on("animationend", light);
  map.on("dragend zoomend", () => {
    const button = frame()?.querySelector("[data-map-here]");
    if (button && !isOurs) button.hidden = false;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-map-here]")) searchHere();
    else if (event.target.closest?.("[data-map-me]")) goToMe();
  });
  for (const [name, isOn] of [["focusin", true], ["focusout", false], ["mouseover", true], ["mouseout", false]]) {
    document.addEventListener(name, (event) => mark(event, isOn));
  }
  document.addEventListener("htmx:afterSettle", () => {
    offer();
    draw();
  });
  start();
}

export function show(box) {
  if (box.dataset.lat) showPlace(box);
  else showMatches(box);
}
