/* Keeps a page fresh: its parts are asked for anew while it is seen, and less often where that fails. Gives what looks at once. */
(() => {
  "use strict";
  window.keepFresh = (page, take, { every = 20000, busy = () => false } = {}) => {
    const LONGEST = 120000, fresh = document.getElementById("fresh");
    const finished = () => document.getElementById("part-head").dataset.finished === "yes";
    let wait = every, timer = 0, looking = false;

    async function ask() {
      const known = page.dataset.tag ? { "If-None-Match": page.dataset.tag } : {};
      const answer = await fetch(page.dataset.live, { headers: known, cache: "no-store" });
      if (answer.status === 404) return location.reload(); /* the link has died: the page says so */
      if (answer.status === 429) { wait = LONGEST; return; }
      if (!answer.ok && answer.status !== 304) throw new Error(String(answer.status));
      wait = every;
      if (answer.status !== 200) return;
      page.dataset.tag = answer.headers.get("etag") || "";
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      take([...template.content.querySelectorAll(".part")]);
      if (finished() && fresh) fresh.hidden = true;
    }

    async function look() {
      clearTimeout(timer);
      if (finished()) return;
      if (!document.hidden && !looking && !busy()) {
        looking = true;
        try {
          await ask();
          if (fresh) fresh.textContent = fresh.dataset.fresh;
        } catch {
          wait = Math.min(wait * 2, LONGEST);
          if (fresh) fresh.textContent = fresh.dataset.lost;
        }
        looking = false;
      }
      clearTimeout(timer);
      timer = setTimeout(look, wait);
    }

    timer = setTimeout(look, every);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
    window.addEventListener("online", look);
    return look;
  };
})();
