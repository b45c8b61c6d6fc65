/* The chat of a page: shows own messages at once, puts in what the server sends, and keeps the connection.
   Sending is htmx's: each own bubble is a form that posts itself; the answer holds the lines the message led to. */
(() => {
  "use strict";
  const chat = document.getElementById("chat");
  if (!chat) return;
  const at = (id) => document.getElementById(id);
  const [scroll, lines, typing, newer, status, composer, field] =
    ["scroll", "lines", "typing", "newer", "status", "composer", "message"].map(at);
  const title = document.title;
  let unread = 0;

  // Showing

  const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; newer.hidden = true; };
  const firstPending = () => lines.querySelector(".pending");

  function showTyping() {
    typing.hidden = !lines.querySelector(".pending:not(.failing)");
  }

  /* Lines the page has already are left alone, but for own ones that wait for exactly this. */
  function merge(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    const follow = nearEnd();
    let told = 0;
    for (const line of box.content.querySelectorAll("li")) {
      const known = at(line.id);
      if (known && known.classList.contains("pending")) {
        known.replaceWith(line);
      } else if (!known) {
        line.classList.add("new");
        lines.insertBefore(line, firstPending());
        told += line.classList.contains("ours") ? 1 : 0;
      }
      if (line.isConnected && line.classList.contains("mine")) retireChoices(line);
    }
    if (lines.children.length) chat.classList.add("started");
    if (told) hear(told, follow);
    else if (follow) toEnd();
    showTyping();
  }

  function hear(told, follow) {
    if (follow) toEnd(); else newer.hidden = false;
    if (document.hidden) { unread += told; document.title = `(${unread}) ${title}`; }
    document.body.dispatchEvent(new CustomEvent("turn"));
  }

  /* Buttons above something the customer said since no longer count. */
  function retireChoices(mine) {
    for (const old of lines.querySelectorAll(".choices")) {
      if (old.compareDocumentPosition(mine) & Node.DOCUMENT_POSITION_FOLLOWING) old.remove();
    }
  }

  // Saying

  function newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function say(message, shown) {
    const bubble = at("own").content.firstElementChild.cloneNode(true);
    const form = bubble.querySelector("form");
    const id = newId();
    bubble.id = `m-${id}`;
    form.elements.message.value = message;
    form.elements.message_id.value = id;
    bubble.querySelector(".bubble").append(shown);
    bubble.classList.add("new");
    lines.append(bubble);
    chat.classList.add("started");
    status.textContent = "";
    window.htmx.process(form);
    window.htmx.trigger(form, "say");
    showTyping();
    toEnd();
  }

  function fail(bubble, code) {
    const why = { 0: chat.dataset.unreachable, 429: chat.dataset.tooMany, 413: chat.dataset.tooLong }[code] || chat.dataset.trouble;
    bubble.classList.add("failing");
    bubble.querySelector("[data-why]").textContent = why;
    bubble.querySelector(".failed").hidden = false;
    showTyping();
    bubble.scrollIntoView({ block: "nearest" });
  }

  document.body.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.detail.requestConfig;
    const bubble = sent && at(`m-${sent.parameters.message_id}`);
    if (!sent || sent.path !== `${chat.dataset.base}/messages`) return;
    if (event.detail.successful) {
      merge(event.detail.xhr.responseText);
      if (bubble && bubble.isConnected && bubble.classList.contains("pending")) settle(bubble);
      listen();
    } else if (bubble && bubble.classList.contains("pending")) {
      fail(bubble, event.detail.xhr.status);
    }
  });

  /* The server shows no line for it (a stale button, say): the bubble stays as it is, no longer waiting. */
  function settle(bubble) {
    bubble.classList.remove("pending", "failing");
    bubble.querySelector(".failed").remove();
    bubble.querySelector(".time").remove();
    showTyping();
  }

  lines.addEventListener("click", (event) => {
    const again = event.target.closest(".again");
    if (!again) return;
    const bubble = again.closest("li");
    bubble.classList.remove("failing");
    bubble.querySelector(".failed").hidden = true;
    window.htmx.trigger(bubble.querySelector("form"), "say");
    showTyping();
    field.focus();
  });

  chat.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (!event.target.matches("[data-choices]") || !pressed) return;
    event.preventDefault();
    for (const each of event.target.elements) each.disabled = true;
    pressed.classList.add("pressed");
    say(pressed.value, pressed.textContent.trim());
    if (!window.matchMedia("(pointer: coarse)").matches) field.focus();
  });

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (new TextEncoder().encode(text).length > Number(chat.dataset.mostBytes)) {
      status.textContent = chat.dataset.tooLong;
      return;
    }
    if (text) {
      field.value = "";
      grow();
      say(text, text);
    }
    field.focus();
  });

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      composer.requestSubmit();
    }
  });

  function grow() {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }
  field.addEventListener("input", grow);

  // Hearing

  let stream = null;
  let cursor = chat.dataset.cursor;
  let wait = 500;
  let timer = null;
  let lost = null;

  function listen() {
    if (stream && stream.readyState !== EventSource.CLOSED) return;
    clearTimeout(timer);
    stream = new EventSource(`${chat.dataset.base}/stream?since=${cursor}`);
    stream.addEventListener("open", connected);
    stream.addEventListener("lines", (event) => { cursor = event.lastEventId; merge(event.data); });
    stream.addEventListener("error", disconnected);
  }

  function connected() {
    wait = 500;
    clearTimeout(lost);
    lost = null;
    if (status.textContent === chat.dataset.lost) status.textContent = "";
  }

  /* The browser connects again by itself, except after an error it takes for final. */
  function disconnected() {
    lost ??= setTimeout(() => { status.textContent = chat.dataset.lost; }, 2500);
    if (stream.readyState !== EventSource.CLOSED) return;
    clearTimeout(timer);
    timer = setTimeout(listen, wait);
    wait = Math.min(wait * 2, 15000);
  }

  function hangUp() {
    if (stream) stream.close();
    clearTimeout(timer);
    clearTimeout(lost);
    lost = null;
  }

  /* A page long out of sight lets its connection go: browsers allow few. */
  let hiding = null;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) { hiding = setTimeout(hangUp, 5 * 60 * 1000); return; }
    unread = 0;
    document.title = title;
    listen();
  });
  window.addEventListener("pagehide", hangUp);
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  window.addEventListener("online", listen);

  // The page around it

  newer.addEventListener("click", toEnd);
  scroll.addEventListener("scroll", () => { if (nearEnd()) newer.hidden = true; }, { passive: true });
  for (const opener of document.querySelectorAll("[data-open]")) {
    opener.addEventListener("click", () => at(opener.dataset.open).showModal());
  }
  for (const folded of document.querySelectorAll("[data-fold]")) {
    folded.open = !window.matchMedia("(max-width: 59.99rem)").matches;
  }
  /* An on-screen keyboard covers the page on some phones instead of making it smaller. */
  if (window.visualViewport && document.body.classList.contains("chat-page")) {
    window.visualViewport.addEventListener("resize", () => {
      const covered = window.innerHeight - window.visualViewport.height;
      const zoomed = window.visualViewport.scale > 1.01;
      document.body.style.blockSize = covered > 80 && !zoomed ? `${window.visualViewport.height}px` : "";
      toEnd();
    });
  }
  toEnd();
  listen();
})();
