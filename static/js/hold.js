// The time that a hold has left, counted down and told in time to ask for more. A form with data-once is sent once.

const WARNING = 120;

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function attach(hold) {
  const shown = hold.querySelector("[data-hold-left]");
  if (!shown) return;
  const status = hold.querySelector("[data-hold-status]");
  const end = Date.now() + Number(hold.dataset.hold) * 1000;
  let warned = false;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    shown.textContent = clock(left);
    if (left <= WARNING && !warned) {
      warned = true;
      hold.classList.add("hold--short");
      status.textContent = "The time is held for two more minutes. You can ask for ten more.";
    }
    if (left) return;
    clearInterval(timer);
    hold.querySelector("[data-hold-words]").textContent = "The hold is over. If the time is still free when you book, it is yours all the same.";
    status.textContent = "The hold is over.";
  }, 1000);
}

export function attachHolds(root) {
  for (const hold of root.querySelectorAll("[data-hold]")) attach(hold);
}

// Who follows a link out of the wizard gives the time back, so that others see it at once. Signing in is on the way.
export function attachLeaving() {
  document.addEventListener(
    "click",
    (event) => {
      const form = document.querySelector("[data-hold] [data-let-go]");
      const link = event.target.closest?.("a[href]");
      if (!form || !link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const there = new URL(link.href, location.href);
      const isOnTheWay = there.origin === location.origin && /^\/(book|account)\//.test(there.pathname);
      if (!isOnTheWay && !there.href.startsWith(`${location.href}#`)) navigator.sendBeacon(form.action, new FormData(form));
    },
    true,
  );
}

export function attachOnce() {
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.matches("[data-once]")) return;
    // After the form has been read, since a disabled button is not sent.
    setTimeout(() => (button.disabled = true));
    window.addEventListener("pageshow", () => (button.disabled = false), { once: true });
  });
}
