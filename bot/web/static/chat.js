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

  /* Lines the page has already are left alone, but for own ones that wait for exactly this, and answers that were here
     before what they answer: they go behind it. */
  function merge(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    const follow = nearEnd();
    let told = 0, before = null;
    for (const line of box.content.querySelectorAll("li")) {
      const known = at(line.id);
      if (known && Number(line.dataset.version) < Number(known.dataset.version)) continue; // overtaken on its way
      if (known && known.classList.contains("pending")) {
        known.replaceWith(line);
      } else if (known && line.dataset.version && known.dataset.version !== line.dataset.version && !("fresh" in line.dataset)) {
        known.replaceWith(line);
        window.htmx.process(line);
      } else if (!known || (line.dataset.version && known.dataset.version !== line.dataset.version)) {
        if (known) known.remove();
        window.htmx.process(line);
        line.classList.add("new");
        lines.insertBefore(line, firstPending());
        told += line.classList.contains("ours") ? 1 : 0;
      }
      if (line.isConnected && line.classList.contains("mine")) retireChoices(line);
      const placed = at(line.id);
      if (placed && before && placed.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING) before.after(placed);
      before = placed || before;
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
    for (const old of lines.querySelectorAll("li:not([data-version]) > .choices")) {
      if (old.compareDocumentPosition(mine) & Node.DOCUMENT_POSITION_FOLLOWING) old.remove();
    }
  }

  // Saying

  function newId() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function say(message, shown) {
    const form = own(message, shown).querySelector("form");
    window.htmx.process(form);
    post(form);
    showTyping();
    toEnd();
  }

  /* The bubble of something said, on its way. */
  function own(message, shown) {
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
    return bubble;
  }

  /* Photos said before go first, however long they take. */
  function post(form) {
    if (!uploading) window.htmx.trigger(form, "say");
    else uploads.then(() => window.htmx.trigger(form, "say"));
  }

  function fail(bubble, code, because) {
    const why = because || { 0: chat.dataset.unreachable, 429: chat.dataset.tooMany, 413: chat.dataset.tooLong }[code] || chat.dataset.trouble;
    bubble.classList.add("failing");
    bubble.querySelector("[data-why]").textContent = why;
    bubble.querySelector(".failed").hidden = false;
    showTyping();
    bubble.scrollIntoView({ block: "nearest" });
    if (code === 401) document.body.dispatchEvent(new CustomEvent("stale", { detail: bubble }));
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
    if (photos.has(bubble)) send(bubble); else post(bubble.querySelector("form"));
    showTyping();
    field.focus();
  });

  /* Buttons stand in the chat, and in a room beside it. */
  document.body.addEventListener("submit", (event) => {
    const pressed = event.submitter;
    if (!event.target.matches("[data-choices]") || !pressed) return;
    event.preventDefault();
    if (!event.target.closest("[data-version]")) for (const each of event.target.elements) each.disabled = true;
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
    const alone = encodeURIComponent(text).length > LONGEST_BESIDE;
    const withPhoto = photo !== null;
    if (text || withPhoto) {
      field.value = "";
      grow();
      if (withPhoto) show(alone ? "" : text);
      if (text && (alone || !withPhoto)) say(text, text);
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

  // Showing a photo: it is staged above the field and goes with the next message

  const [staged, picker, attach] = ["staged", "photo", "attach"].map(at);
  const preview = staged.querySelector("canvas");
  const LARGEST = 10 * 1024 * 1024;
  /* Larger ones are drawn anew before they are sent, which spares phones the time. */
  const LIGHT = 3 * 1024 * 1024;
  const SIDE = 2048;
  /* What is longer, encoded as in a header, is said in a message of its own. */
  const LONGEST_BESIDE = 6000;
  const photos = new WeakMap();
  let photo = null;
  let uploads = Promise.resolve();
  let uploading = 0;

  async function draw(canvas, file, side) {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
  }

  async function stage(file) {
    photo = file;
    preview.hidden = true;
    staged.querySelector("span").textContent = file.name;
    staged.hidden = false;
    status.textContent = "";
    field.focus();
    try {
      await draw(preview, file, 480);
      preview.hidden = photo !== file;
    } catch { /* nothing this browser can draw; the server may, or says why not */ }
  }

  function unstage() {
    photo = null;
    staged.hidden = true;
  }

  /* Say the staged photo, with words. */
  function show(message) {
    const bubble = own(message, message);
    const box = document.createElement("p");
    box.className = "photos";
    const shown = preview.hidden ? document.createElement("span") : preview.cloneNode();
    if (preview.hidden) { shown.className = "gone"; shown.textContent = photo.name; }
    else { shown.className = "photo"; shown.getContext("2d").drawImage(preview, 0, 0); }
    box.append(shown);
    bubble.querySelector(".bubble").before(box);
    if (!message) bubble.querySelector(".bubble").remove();
    photos.set(bubble, photo);
    unstage();
    send(bubble);
    showTyping();
    toEnd();
  }

  function send(bubble) {
    uploading += 1;
    uploads = uploads.then(() => upload(bubble)).finally(() => { uploading -= 1; });
  }

  async function upload(bubble) {
    const fields = bubble.querySelector("form").elements;
    const headers = { "X-Message": encodeURIComponent(fields.message.value), "X-Message-Id": fields.message_id.value };
    const body = await lighter(photos.get(bubble));
    if (body.size > LARGEST) { refuse(bubble, 413, chat.dataset.photoTooLarge); return; }
    let answer, text;
    try {
      answer = await fetch(`${chat.dataset.base}/photos`, { method: "POST", body, headers, signal: AbortSignal.timeout(180000) });
      text = await answer.text();
    } catch {
      fail(bubble, 0);
      return;
    }
    if (answer.ok) {
      merge(text);
      if (bubble.isConnected && bubble.classList.contains("pending")) settle(bubble);
      listen();
    } else if (answer.status === 413 || answer.status === 422) {
      refuse(bubble, answer.status, JSON.parse(text).detail);
    } else {
      fail(bubble, answer.status);
    }
  }

  /* Trying again would be of no use. */
  function refuse(bubble, code, why) {
    bubble.classList.remove("pending");
    bubble.querySelector(".again").remove();
    fail(bubble, code, why);
  }

  /* A photo that is heavy, or of a kind only this browser may know, as a JPEG; as it is when it cannot be drawn. */
  async function lighter(file) {
    if (file.size <= LIGHT && !/^image\/hei[cf]/.test(file.type)) return file;
    const canvas = document.createElement("canvas");
    try {
      await draw(canvas, file, SIDE);
    } catch {
      return file;
    }
    return new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", .85));
  }

  attach.hidden = "noPhotos" in chat.dataset;
  attach.addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => { if (picker.files.length) stage(picker.files[0]); picker.value = ""; });
  staged.querySelector(".unstage").addEventListener("click", () => { unstage(); field.focus(); });
  field.addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files].find((file) => file.type.startsWith("image/"));
    if (pasted) { event.preventDefault(); stage(pasted); }
  });

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
