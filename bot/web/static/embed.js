/* The frame in a shop's page. Two pages run this: the shell, which asks the shop's page who it is and gets a token,
   and the chat under that token. What it tells the shop's page is no secret: that it is there, and how much is unread. */
(() => {
  "use strict";
  const shop = window.parent === window ? null : window.parent;
  const at = (id) => document.getElementById(id);
  const [chat, visit, field, scroll] = ["chat", "visit", "message", "scroll"].map(at);
  const LONGEST_WAIT = 3000;

  // The shop's page

  /* Browsers that do not tell it are told by the bubble, in the part of our address that no server sees. */
  const shopOrigin = (() => {
    for (const each of [location.ancestorOrigins?.[0], decodeURIComponent(location.hash.slice(1)), document.referrer]) {
      try {
        if (each) return new URL(each).origin;
      } catch { /* no address; the next may be one */ }
    }
    return null;
  })();
  const tell = (what, more) => { if (shop && shopOrigin) shop.postMessage({ roundsman: what, ...more }, shopOrigin); };
  let answered = null;

  window.addEventListener("message", (event) => {
    if (event.source !== shop || event.origin !== shopOrigin || !event.data) return;
    const { roundsman: what, identity, open } = event.data;
    if (what === "identity") hearIdentity(typeof identity === "string" ? identity : null);
    if (what === "shown" && chat) hearShown(open === true);
  });

  function hearIdentity(identity) {
    if (answered) answered(identity);
    else if (chat) renew();
  }

  function askWhoItIs() {
    if (!shop) return Promise.resolve(null);
    return new Promise((resolve) => {
      answered = resolve;
      setTimeout(resolve, LONGEST_WAIT, null);
      tell("who");
    }).finally(() => { answered = null; });
  }

  // The token: under the address of this page, and where the browser allows it, kept for the next one

  const kept = (() => {
    const memory = {};
    try {
      window.localStorage.getItem("roundsman");
      return window.localStorage;
    } catch {
      return { getItem: (name) => memory[name] ?? null, setItem: (name, value) => { memory[name] = value; } };
    }
  })();

  async function arrive({ anew = false } = {}) {
    const identity = await askWhoItIs();
    const before = anew ? null : chat?.dataset.base.split("/").pop() || kept.getItem("roundsman.visit");
    const response = await fetch("/embed/session", {
      method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ identity, token: before }),
    });
    if (!response.ok) throw new Error(`The chat answered ${response.status}`);
    const arrival = await response.json();
    kept.setItem("roundsman.visit", arrival.keep);
    if (arrival.warning) console.warn(`Roundsman does not know this customer: ${arrival.warning}`);
    return arrival;
  }

  const enter = (arrival) => location.replace(arrival.base + location.hash);

  // The shell

  async function begin() {
    at("opening").hidden = false;
    at("trouble").hidden = true;
    try {
      enter(await arrive());
    } catch {
      at("opening").hidden = true;
      at("trouble").hidden = false;
      tell("trouble");
    }
  }

  if (!chat) {
    at("again").addEventListener("click", begin);
    begin();
    return;
  }

  // The chat: a token that is about to expire is replaced without anybody noticing

  let deadline = 0;
  let renewing = null;
  const again = new WeakSet();
  const live = (seconds) => { deadline = Date.now() + seconds * 900; };

  function renew() {
    renewing ??= arrive().then((arrival) => {
      live(arrival.good_for);
      if (arrival.chat === visit.dataset.chat) chat.dataset.base = arrival.base;
      else enter(arrival);
    }).finally(() => { renewing = null; });
    return renewing;
  }

  function renewWhenDue() {
    if (!document.hidden && Date.now() > deadline) renew().catch(() => {});
  }

  live(Number(visit.dataset.goodFor));
  setInterval(renewWhenDue, 60_000);
  document.addEventListener("visibilitychange", renewWhenDue);
  document.body.addEventListener("htmx:configRequest", (event) => { event.detail.path = `${chat.dataset.base}/messages`; });
  document.body.addEventListener("stale", ({ detail: bubble }) => {
    if (again.has(bubble)) return;
    again.add(bubble);
    renew().then(() => bubble.querySelector(".again")?.click(), () => {});
  });

  at("leave")?.addEventListener("close", async (event) => {
    if (event.target.returnValue === "leave") enter(await arrive({ anew: true }));
  });

  // What is unread while the bubble is closed

  let shown = !shop;
  const newest = () => Math.max(0, ...Array.from(document.querySelectorAll(".line.ours"), numberOf));
  const numberOf = (line) => Number(line.id.slice(2)) || 0;

  function count() {
    if (shown || !kept.getItem("roundsman.seen")) kept.setItem("roundsman.seen", String(newest()));
    const seen = Number(kept.getItem("roundsman.seen"));
    tell("unread", { count: Array.from(document.querySelectorAll(".line.ours"), numberOf).filter((each) => each > seen).length });
  }

  function hearShown(open) {
    shown = open;
    if (open) {
      scroll.scrollTop = scroll.scrollHeight;
      (window.matchMedia("(pointer: coarse)").matches ? visit : field).focus();
    }
    count();
  }

  document.body.addEventListener("turn", count);

  // Keys and links

  at("close").hidden = !shop;
  at("close").addEventListener("click", () => tell("close"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !document.querySelector("dialog[open]")) tell("close");
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link) Object.assign(link, { target: "_blank", rel: "noopener" });
  }, { capture: true });

  tell("ready");
})();
