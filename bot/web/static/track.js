/* Keeps the page of an order fresh, and its map. Without scripts the page stands as it was served. */
(() => {
  "use strict";
  const track = document.getElementById("track");
  const live = document.getElementById("live");
  if (!track || !live) return;
  const EVERY = 20000;
  const now = () => live.querySelector(".track-now");

  // The map

  const box = document.getElementById("map");
  const point = (text) => text.split(",").map(Number);
  let map = null;
  let vehicle = null;

  function pin(kind, size) {
    return window.L.divIcon({ className: `track-pin ${kind}`, iconSize: [size, size] });
  }

  function draw() {
    const place = now().dataset.place;
    if (!box || !place || !window.L) return;
    if (!map) {
      map = window.L.map(box, { scrollWheelZoom: false, attributionControl: Boolean(track.dataset.tiles) });
      if (track.dataset.tiles) window.L.tileLayer(track.dataset.tiles, { attribution: track.dataset.credit, maxZoom: 19 }).addTo(map);
      window.L.control.scale({ imperial: false }).addTo(map);
      window.L.marker(point(place), { icon: pin("home", 18), title: box.dataset.destination, alt: box.dataset.destination }).addTo(map);
      map.setView(point(place), 14);
    }
    const seen = now().dataset.vehicle;
    if (!seen) { if (vehicle) vehicle.remove(); vehicle = null; return; }
    if (vehicle) {
      vehicle.setLatLng(point(seen));
    } else {
      vehicle = window.L.marker(point(seen), { icon: pin("vehicle", 22), title: box.dataset.vehicle, alt: box.dataset.vehicle }).addTo(map);
      map.fitBounds([point(place), point(seen)], { padding: [36, 36], maxZoom: 15 });
    }
  }

  // Keeping fresh

  async function look() {
    if (document.hidden || now().dataset.finished === "yes") return;
    try {
      const answer = await fetch(track.dataset.live, { headers: { "X-Known": now().dataset.etag } });
      if (answer.status !== 200) return;
      const status = now().className;
      live.innerHTML = await answer.text();
      draw();
      if (now().className !== status) location.reload(); /* other things can be done now */
    } catch { /* the next look may succeed */ }
  }

  draw();
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
