// For pages of other sites: shows the times of a builder in a frame where an element has data-waymark, or in an overlay
// when a link with data-waymark-button is pressed. Events: waymark:ready, waymark:height and waymark:booked, on the
// element. Other data attributes go to the frame, such as data-name, data-email, data-theme or data-utm-source.
// What it styles goes through the CSSOM, which a policy without 'unsafe-inline' allows.

(() => {
  const CAMPAIGN = ["utm_source", "utm_medium", "utm_campaign"];
  const SENT = /^(name|email|theme|zone|a\d+|utm_(source|medium|campaign))$/;
  const TALLEST = 6000;

  function addressOf(element) {
    const address = new URL(element.dataset.waymark || element.dataset.waymarkButton);
    const here = new URLSearchParams(location.search);
    const add = (name, value) => {
      if (value && !address.searchParams.has(name)) address.searchParams.set(name, value);
    };
    for (const [key, value] of Object.entries(element.dataset)) {
      const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (SENT.test(name)) add(name, value);
    }
    for (const name of CAMPAIGN) add(name, here.get(name));
    add("site", location.origin);
    add("zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
    return address;
  }

  function frameOf(element, onHeight) {
    const address = addressOf(element);
    const frame = document.createElement("iframe");
    if (address.protocol === "https:" || address.protocol === "http:") frame.src = address.href;
    frame.title = element.textContent.trim() || "Book a session";
    Object.assign(frame.style, { width: "100%", height: "40rem", border: "0", display: "block", colorScheme: "auto" });
    let pages = 0;
    window.addEventListener("message", ({ origin, source, data }) => {
      if (origin !== address.origin || source !== frame.contentWindow) return;
      const { type, ...detail } = data ?? {};
      if (!["waymark:ready", "waymark:height", "waymark:booked"].includes(type)) return;
      if (type === "waymark:height") onHeight(frame, Math.min(Number(detail.height) || 0, TALLEST));
      if (type === "waymark:ready" && pages++ && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
      element.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
    });
    return frame;
  }

  function showInline(element) {
    const frame = frameOf(element, (shown, height) => {
      if (height) shown.style.height = `${height}px`;
    });
    element.replaceChildren(frame);
  }

  function dialogFor(element) {
    const dialog = document.createElement("dialog");
    Object.assign(dialog.style, {
      width: "min(46rem, 100vw)",
      maxWidth: "100vw",
      height: "min(52rem, 100dvh)",
      maxHeight: "100dvh",
      padding: "0",
      border: "0",
      margin: "auto",
      overflow: "hidden",
      boxShadow: "0 0 0 100vmax rgb(0 0 0 / 0.6)",
    });
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "\u00d7";
    close.setAttribute("aria-label", "Close");
    Object.assign(close.style, {
      position: "absolute",
      top: "0.5rem",
      right: "0.5rem",
      width: "2.75rem",
      height: "2.75rem",
      border: "1px solid #767676",
      borderRadius: "50%",
      background: "#fff",
      color: "#111",
      font: "1.5rem/1 sans-serif",
      cursor: "pointer",
    });
    close.addEventListener("click", () => dialog.close());
    const frame = frameOf(element, () => {});
    frame.style.height = "100%";
    dialog.append(frame, close);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    return dialog;
  }

  function attachButton(link) {
    let dialog = null;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      dialog ??= dialogFor(link);
      dialog.showModal();
    });
  }

  function attach(root = document) {
    for (const element of root.querySelectorAll("[data-waymark], [data-waymark-button]")) {
      if (element.dataset.waymarkAttached) continue;
      element.dataset.waymarkAttached = "yes";
      if (element.dataset.waymark) showInline(element);
      else attachButton(element);
    }
  }

  window.Waymark = { attach };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => attach());
  else attach();
})();
