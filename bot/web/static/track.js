/* Keeps the page of an order fresh, and its map. Without scripts the page stands, and is loaded anew every minute. */
(() => {
  "use strict";
  const track = document.getElementById("track");
  if (!track) return;
  const head = () => document.getElementById("part-head").dataset;

  // The map

  const section = document.getElementById("map-part"), box = document.getElementById("map");
  const point = (text) => text.split(",").map(Number);
  let map = null, home = null, vehicle = null, line = null, touched = false;

  function pin(kind, size, words, place) {
    const icon = window.L.divIcon({ className: `track-pin ${kind}`, iconSize: [size, size] });
    const label = { permanent: true, direction: "top", offset: [0, -14], className: `track-label ${kind}` };
    return window.L.marker(place, { icon, keyboard: false, interactive: false }).bindTooltip(words, label).addTo(map);
  }

  function make(place) {
    const tiles = track.dataset.tiles;
    const fingers = window.matchMedia("(pointer: coarse)").matches; /* one finger scrolls the page, two move the map */
    map = window.L.map(box, { scrollWheelZoom: false, dragging: !fingers, attributionControl: false, zoomControl: Boolean(tiles), zoomSnap: .5 });
    if (tiles) {
      const credit = track.dataset.credit;
      if (credit) window.L.control.attribution({ prefix: false }).addAttribution(credit).addTo(map);
      window.L.tileLayer(tiles, { maxZoom: 19, referrerPolicy: "strict-origin-when-cross-origin" }).addTo(map);
    }
    window.L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    if (!tiles) for (const radius of [250, 500, 1000, 2000, 4000]) window.L.circle(place, { radius, className: "track-ring", interactive: false }).addTo(map);
    home = pin("home", 18, box.dataset.destination, place);
    for (const kind of ["pointerdown", "keydown"]) box.addEventListener(kind, () => { touched = true; });
  }

  function fit(place, seen) {
    map.invalidateSize();
    if (seen) map.fitBounds([place, seen], { padding: [72, 56], maxZoom: 16 });
    else map.setView(place, 15);
  }

  function draw() {
    const { place, vehicle: seen } = head();
    if (!box || !window.L) return;
    section.hidden = !place;
    if (!place) return;
    const there = point(place), here = seen && point(seen);
    if (!map) make(there);
    home.setLatLng(there);
    if (!here) {
      vehicle?.remove(); line?.remove();
      vehicle = line = null;
    } else if (vehicle) {
      vehicle.setLatLng(here);
      line.setLatLngs([here, there]);
    } else {
      line = window.L.polyline([here, there], { className: "track-line", interactive: false }).addTo(map);
      vehicle = pin("vehicle", 22, box.dataset.vehicle, here);
    }
    if (!touched) fit(there, here);
  }

  draw();
  const look = window.keepFresh(track, (parts) => {
    for (const part of parts) {
      const old = document.getElementById(part.id);
      if (old && old.outerHTML !== part.outerHTML) old.replaceWith(part); /* what stays keeps its focus */
    }
    document.title = head().title;
    draw();
  });
  window.addEventListener("pageshow", (event) => {
    delete document.getElementById("part-actions").dataset.sent;
    if (event.persisted) look();
  });
  document.addEventListener("submit", (event) => { /* a double press asks once */
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
})();
