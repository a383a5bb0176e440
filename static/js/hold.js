// Counts down the time that a hold has left and announces two minutes before the end that more can be requested.
// A button with data-once submits its form once.

const WARNING_SECONDS = 120;

function formatTime(seconds) {
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
    shown.textContent = formatTime(left);
    if (left <= WARNING_SECONDS && !warned) {
      warned = true;
      hold.classList.add("hold--short");
      status.textContent = "The time is held for two more minutes. You can ask for ten more.";
    }
    if (left) return;
    clearInterval(timer);
    hold.querySelector("[data-hold-text]").textContent =
      "This time is not held for you. You can book it while it is available.";
    status.textContent = "The hold is over.";
  }, 1000);
}

export function attachHolds(root) {
  for (const hold of root.querySelectorAll("[data-hold]")) attach(hold);
}

// Releases the hold when somebody follows a link out of the wizard, so that others see the time at once. Links
// within the wizard and to sign-in pages keep it.
export function attachHoldRelease() {
  document.addEventListener(
    "click",
    (event) => {
      const form = document.querySelector("[data-hold] [data-let-go]");
      const link = event.target.closest?.("a[href]");
      if (!form || !link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const destination = new URL(link.href, location.href);
      const keepsHold = destination.origin === location.origin && /^\/(book|account)\//.test(destination.pathname);
      if (!keepsHold && !destination.href.startsWith(`${location.href}#`))
        navigator.sendBeacon(form.action, new FormData(form));
    },
    true,
  );
}

export function attachOnce() {
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.matches("[data-once]")) return;
    // Later, once the browser has read the form: the value of a disabled button is not sent.
    setTimeout(() => (button.disabled = true));
    window.addEventListener("pageshow", () => (button.disabled = false), { once: true });
  });
}
