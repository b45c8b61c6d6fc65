/* The map of a plan, drawn from the list beside it, and what keeps both fresh. Without scripts the list stands. */
(() => {
  "use strict";
  const plan = document.getElementById("plan");
  if (!plan) return;
  const parts = document.getElementById("parts");
  const head = () => document.getElementById("part-head").dataset;
  const routes = () => [...parts.querySelectorAll(".plan-route")];
  const chosen = () => routes().find((each) => each.open) || null;
  const point = (text) => text.split(",").map(Number);

  // The map

  const section = document.getElementById("map-part"), box = document.getElementById("map"), all = document.getElementById("all");
  let map = null, layer = null, touched = false, printing = false;

  function make() {
    const tiles = plan.dataset.tiles;
    const fingers = window.matchMedia("(pointer: coarse)").matches; /* one finger scrolls the page, two move the map */
    map = window.L.map(box, { scrollWheelZoom: !fingers, dragging: !fingers, attributionControl: false, zoomSnap: .25, zoomAnimation: false });
    if (tiles) {
      const credit = plan.dataset.credit;
      if (credit) window.L.control.attribution({ prefix: false }).addAttribution(credit).addTo(map);
      window.L.tileLayer(tiles, { maxZoom: 19, referrerPolicy: "strict-origin-when-cross-origin" }).addTo(map);
    }
    window.L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    layer = window.L.layerGroup().addTo(map);
    for (const kind of ["pointerdown", "keydown", "wheel"]) box.addEventListener(kind, () => { touched = true; }, { passive: true });
  }

  const label = (words) => { /* what is told is text, never markup */
    const told = document.createElement("span");
    told.textContent = words;
    return told;
  };
  const text = (element, selector) => element.querySelector(selector).textContent.trim();

  const looks = (route) => [...route.classList].filter((name) => /^[cd]\d$/.test(name)).join(" ");
  const aside = (route, only) => (only && only !== route ? " faded" : "");

  function choose(route) {
    pick(route);
    route.querySelector("summary").scrollIntoView({ block: "nearest" });
  }

  function drawWay(route, only) {
    const way = route.dataset.way.split(" ").filter(Boolean).map(point);
    if (way.length < 2) return;
    const line = window.L.polyline(way, { className: `plan-line ${looks(route)}${aside(route, only)}${only === route ? " chosen" : ""}` });
    line.on("click", () => choose(route)).bindTooltip(label(route.dataset.name), { sticky: true, className: "plan-label" }).addTo(layer);
  }

  function drawStops(route, only) {
    const here = new Map(); /* of stops at one place, each number stands beside the other */
    for (const stop of route.querySelectorAll("li[data-at]")) {
      const at = point(stop.dataset.at), state = stop.className, nth = here.get(stop.dataset.at) || 0;
      here.set(stop.dataset.at, nth + 1);
      const words = `${text(stop, "i")} · ${text(stop, "b")} · ${text(stop, ".plan-time")}`;
      let mark;
      if (only === route) {
        const icon = window.L.divIcon({ className: `plan-number ${looks(route)} ${state}`, iconSize: [28, 28], iconAnchor: [14 - 22 * nth, 14], html: label(text(stop, "i")) });
        mark = window.L.marker(at, { icon, keyboard: false });
      } else {
        mark = window.L.circleMarker(at, { radius: only ? 3 : 5, className: `plan-dot ${looks(route)} ${state}${aside(route, only)}` }).on("click", () => choose(route));
      }
      mark.bindTooltip(label(`${route.dataset.name} · ${words}`), { className: "plan-label", direction: "top" }).addTo(layer);
    }
  }

  function drawMark(at, kind, size, words) {
    const inner = Object.assign(document.createElement("div"), { className: kind }); /* Leaflet places the outer by a transform */
    const icon = window.L.divIcon({ className: "plan-place", iconSize: [size, size], html: inner });
    window.L.marker(at, { icon, keyboard: false }).bindTooltip(label(words), { className: "plan-label", direction: "top" }).addTo(layer);
  }

  function places(only) {
    const found = (only ? [only] : routes()).flatMap((each) => each.dataset.way.split(" "));
    if (!only) for (const drop of parts.querySelectorAll(".plan-drops li[data-at]")) found.push(drop.dataset.at);
    if (!found.filter(Boolean).length) found.push(...head().depots.split(" "));
    return found.filter(Boolean).map(point);
  }

  function draw({ fit = false } = {}) {
    if (!box || !window.L || printing) return;
    const only = chosen(), seen = places(only);
    section.hidden = !seen.length;
    if (!seen.length) return;
    if (!map) make();
    layer.clearLayers();
    if (fit || !touched) {
      map.invalidateSize();
      map.fitBounds(seen, { padding: [36, 36], maxZoom: 16 });
    }
    const order = [...routes().filter((each) => each !== only), ...(only ? [only] : [])]; /* the chosen one on top */
    for (const route of order) drawWay(route, only);
    for (const route of order) drawStops(route, only);
    for (const drop of parts.querySelectorAll(".plan-drops li[data-at]")) drawMark(point(drop.dataset.at), "plan-mark drop", 13, `${text(drop, "b")}: ${text(drop, "span")}`);
    for (const van of parts.querySelectorAll(".plan-vans li[data-at]")) if (!only || only.dataset.name === van.textContent.trim()) drawMark(point(van.dataset.at), "plan-van", 20, van.textContent.trim());
    for (const depot of head().depots.split(" ").filter(Boolean)) drawMark(point(depot), "plan-home", 20, box.dataset.depot);
    all.hidden = !only;
  }

  // Choosing a route

  function pick(route) {
    for (const each of routes()) each.open = each === route;
  }

  let waiting = false;
  const kept = new WeakSet(); /* new elements in the place of open ones: nobody opened them now */
  parts.addEventListener("toggle", (event) => {
    if (printing || !event.target.matches(".plan-route") || kept.delete(event.target)) return;
    if (event.target.open) pick(event.target);
    if (waiting) return; /* opening one closes another: draw once */
    waiting = true;
    queueMicrotask(() => { waiting = false; draw({ fit: true }); });
  }, true);
  all.addEventListener("click", () => { pick(null); });

  // Paper has everything on it.
  let opened = [];
  window.matchMedia("print").addEventListener("change", (event) => {
    const details = [...parts.querySelectorAll("details")];
    if (event.matches) {
      printing = true;
      opened = details.filter((each) => each.open);
      for (const each of details) each.open = true;
    } else {
      for (const each of details) each.open = opened.includes(each);
      setTimeout(() => { printing = false; }, 0); /* after the toggles that this made */
    }
  });

  // Keeping fresh

  function take(news) {
    let before = null;
    for (const part of news) {
      const old = document.getElementById(part.id);
      if (old?.open) {
        part.open = true;
        kept.add(part);
      }
      if (old && old.outerHTML === part.outerHTML) { /* what stays keeps its focus */
        before = old;
        continue;
      }
      if (old) old.replaceWith(part);
      else if (before) before.after(part);
      else parts.prepend(part);
      before = part;
    }
    const stay = new Set(news.map((each) => each.id));
    for (const part of [...parts.querySelectorAll(".part")]) if (!stay.has(part.id)) part.remove();
    draw();
  }

  draw();
  window.keepFresh(plan, take, { every: Number(plan.dataset.every) || undefined, busy: () => printing });
})();
