/* Roundsman's chat bubble for a shop's page, in a shadow of its own: no style gets in or out.

   <script src="https://chat.example/widget.js" data-identity="JWT" data-label="Help" data-side="left" defer></script>

   Everything but src is optional. window.Roundsman has open(), close() and identify(jwt or null). */
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  const { identity: signed, label: shopLabel, side } = script.dataset;
  if (window.Roundsman?.identify) {
    if (signed) window.Roundsman.identify(signed);
    return;
  }
  const home = new URL(script.src).origin;
  const words = {
{% for name in names %}
    {{ name }}: {{ say("embed." ~ name)|tojson }},
{% endfor %}
  };
  const PATIENCE = 10_000;
  const phone = window.matchMedia("(max-width: 480px), (max-height: 420px)");

  const css = `
    :host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; inset: auto 0 0 auto !important; inline-size: 0 !important; block-size: 0 !important; direction: ltr !important; unicode-bidi: normal !important; color-scheme: light dark !important; }
    * { box-sizing: border-box; }
    button { margin: 0; border: 0; cursor: pointer; font: 600 15px/1.25 "Avenir Next", Avenir, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
    button:focus-visible { outline: 3px solid #f0a63c; outline-offset: 3px; }
    svg { display: block; inline-size: 28px; block-size: 28px; flex: none; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .bubble { position: fixed; inset-block-end: max(20px, env(safe-area-inset-bottom)); right: 20px; display: flex; align-items: center; justify-content: center; gap: 10px; min-inline-size: 60px; block-size: 60px; padding: 0 16px; border-radius: 30px; background: #124536; color: #f6f3ea; box-shadow: 0 2px 4px rgb(10 25 20 / 20%), 0 8px 24px rgb(10 25 20 / 22%); transition: background-color .15s; }
    .bubble:hover { background: #0c3327; }
    .bubble .words { padding-inline-end: 6px; max-inline-size: 240px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .bubble .words:empty { display: none; }
    .bubble .dots { stroke: none; fill: #f0a63c; }
    .bubble .down, .bubble[aria-expanded="true"] .talk { display: none; }
    .bubble[aria-expanded="true"] .down { display: block; }
    .badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 24px; padding: 3px 6px; border-radius: 12px; border: 2px solid #fffdf9; background: #9d2b1c; color: #fff; font-size: 12px; line-height: 14px; text-align: center; }
    .badge:empty { display: none; }
    .panel { position: fixed; inset: auto 20px 96px auto; display: block; inline-size: 392px; block-size: min(640px, calc(100dvh - 120px)); max-inline-size: none; max-block-size: none; margin: 0; padding: 0; border: 1px solid rgb(20 35 30 / 18%); border-radius: 20px; overflow: hidden; background: #f3f0e8; color: #17231f; box-shadow: 0 4px 12px rgb(10 25 20 / 12%), 0 24px 64px rgb(10 25 20 / 28%); transition: opacity .16s, transform .16s, visibility .16s; }
    .panel:not([open]) { visibility: hidden; opacity: 0; transform: translateY(12px); pointer-events: none; }
    .panel::backdrop { background: none; }
    .left .bubble { left: 20px; right: auto; }
    .left .panel { left: 20px; right: auto; }
    iframe { position: absolute; inset: 0; display: block; inline-size: 100%; block-size: 100%; border: 0; opacity: 0; }
    .ready iframe { opacity: 1; }
    .ready .waiting { display: none; }
    .waiting { position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 16px; padding: 24px; text-align: center; font: 400 15px/1.4 "Avenir Next", Avenir, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
    .waiting p { margin: 0; }
    .waiting { animation: appear .2s .4s both; }
    @keyframes appear { from { opacity: 0; } }
    .waiting button { position: relative; z-index: 1; padding: 12px 18px; border-radius: 22px; background: #124536; color: #f6f3ea; }
    @media (max-width: 480px), (max-height: 420px) {
      .panel, .left .panel { inset: 0 auto auto 0; inline-size: 100%; block-size: 100dvh; border: 0; border-radius: 0; }
      .bubble .words { display: none; }
      .bubble, .left .bubble { inset-block-end: max(16px, env(safe-area-inset-bottom)); }
    }
    @media (prefers-color-scheme: dark) {
      .panel { background: #101614; color: #e9efea; border-color: #2e3a35; }
      .bubble, .waiting button { background: #8fd3b6; color: #0a241a; }
      .bubble:hover { background: #a9e2c9; }
      .bubble .dots { fill: #7a4a00; }
    }
    @media (prefers-reduced-motion: reduce) { .panel, .bubble { transition: none; } }
    @media (forced-colors: active) { .bubble, .panel { border: 2px solid ButtonText; } }
    @media print { :host { display: none !important; } }
  `;

  // Building: without markup in strings, which strict pages forbid

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function drawing(name, ...paths) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: name })) svg.setAttribute(key, value);
    for (const [line, kind] of paths) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", line);
      if (kind) path.setAttribute("class", kind);
      svg.append(path);
    }
    return svg;
  }

  const talk = drawing("talk", ["M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z"],
    ["M8 10a1.2 1.2 0 1 0 .01 0zM12 10a1.2 1.2 0 1 0 .01 0zM16 10a1.2 1.2 0 1 0 .01 0z", "dots"]);
  const badge = make("span", { class: "badge", "aria-hidden": "true" });
  const bubble = make("button", { class: "bubble", type: "button", "aria-haspopup": "dialog", "aria-controls": "panel", "aria-expanded": "false" },
    talk, drawing("down", ["M6 9.5l6 6 6-6"]), make("span", { class: "words", dir: "auto" }, shopLabel || ""), badge);
  const waiting = make("p", { role: "status" }, words.loading);
  const leave = make("button", { type: "button" }, words.close);
  const panel = make("dialog", { class: "panel", id: "panel", "aria-label": words.title }, make("div", { class: "waiting" }, waiting, leave));
  const host = make("roundsman-chat", {});
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.append(make("div", { class: side === "left" ? "left" : "right" }, bubble, panel));

  // The frame

  let identity = signed || null;
  let frame = null;
  let overdue = null;
  let told = null;

  const tell = (what, more) => { frame?.contentWindow?.postMessage({ roundsman: what, ...more }, home); };

  function tellIdentity() {
    told = identity;
    tell("identity", { identity });
  }

  function load() {
    if (frame) return;
    frame = make("iframe", { title: words.title, allow: "camera 'none'; microphone 'none'; geolocation 'none'" });
    frame.src = `${home}/embed#${encodeURIComponent(location.origin)}`;
    overdue = setTimeout(despair, PATIENCE);
    panel.append(frame);
  }

  function despair() {
    giveUp();
    console.warn(`Roundsman: ${home} did not show the chat. Does this page's CSP allow frame-src ${home}, and does ROUNDSMAN_SHOP_ORIGINS there name ${location.origin}?`);
  }

  function giveUp() {
    clearTimeout(overdue);
    waiting.textContent = words.unreachable;
    panel.classList.remove("ready");
    frame.remove();
    frame = null;
  }

  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home || !event.data) return;
    const { roundsman: what, count } = event.data;
    if (what === "who") tellIdentity();
    if (what === "ready") showFrame();
    if (what === "trouble") giveUp();
    if (what === "unread") showUnread(Number(count) || 0);
    if (what === "close") close();
  });

  function showFrame() {
    clearTimeout(overdue);
    panel.classList.add("ready");
    if (panel.open) frame.focus();
    tell("shown", { open: panel.open });
    if (told !== identity) tellIdentity();  // it changed while the frame was starting
  }

  function showUnread(count) {
    badge.textContent = panel.open || count < 1 ? "" : count > 99 ? "99+" : String(count);
    bubble.setAttribute("aria-label", [shopLabel || words.label, badge.textContent && `${words.unread}: ${badge.textContent}`].filter(Boolean).join(" – "));
  }

  // Opening and closing

  function open() {
    if (panel.open) return;
    waiting.textContent = words.loading;
    load();
    unfold();
    bubble.setAttribute("aria-expanded", "true");
    showUnread(0);
    remember();
    if (panel.classList.contains("ready")) showFrame();
  }

  /* On a phone the chat is all there is; elsewhere the page stays usable beside it. */
  function unfold() {
    if (phone.matches) panel.showModal(); else panel.show();
    fit();
  }

  function close() {
    if (!panel.open) return;
    panel.close();
    bubble.setAttribute("aria-expanded", "false");
    bubble.focus();
    tell("shown", { open: false });
  }

  /* An on-screen keyboard covers the page on some phones instead of making it smaller. */
  function fit() {
    const view = window.visualViewport;
    const covered = panel.open && phone.matches && view && view.scale < 1.01 && window.innerHeight - view.height > 80;
    panel.style.blockSize = covered ? `${view.height}px` : "";
    panel.style.insetBlockStart = covered ? `${view.offsetTop}px` : "";
  }

  /* On the next pages of this tab the frame is loaded ahead, so that the bubble can say that something is unread. */
  function remember() {
    try { window.sessionStorage.setItem("roundsman.opened", "1"); } catch { /* then it is loaded when opened */ }
  }
  function wasOpened() {
    try { return window.sessionStorage.getItem("roundsman.opened") !== null; } catch { return false; }
  }

  bubble.addEventListener("click", () => (panel.open ? close() : open()));
  leave.addEventListener("click", close);
  panel.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
  root.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  window.visualViewport?.addEventListener("resize", fit);
  phone.addEventListener("change", () => { if (panel.open) { panel.close(); unfold(); } });

  showUnread(0);
  document.documentElement.append(host);
  if (wasOpened()) (window.requestIdleCallback || setTimeout)(load);

  Object.defineProperty(window, "Roundsman", {
    value: Object.freeze({
      open,
      close,
      identify(jwt) {
        identity = jwt || null;
        if (panel.classList.contains("ready") && told !== identity) tellIdentity();
      },
    }),
  });
})();
