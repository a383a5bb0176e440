// One event stream per page, with all topics that its parts name in data-live. A part is told by the DOM event
// "live", which htmx can use as a trigger. Hidden pages listen to nothing and catch up when they are shown again.

let stream = null;

function parts() {
  return [...document.querySelectorAll("[data-live]")];
}

function tell(topic) {
  for (const part of parts()) {
    if (!topic || part.dataset.live.split(" ").includes(topic)) {
      part.dispatchEvent(new CustomEvent("live", { bubbles: false }));
    }
  }
}

function open() {
  const topics = [...new Set(parts().flatMap((part) => part.dataset.live.split(" ")))];
  if (stream || topics.length === 0) return;
  stream = new EventSource(`/live/?topics=${encodeURIComponent(topics.join(","))}`);
  let lost = false;
  stream.addEventListener("change", (event) => tell(JSON.parse(event.data).topic));
  stream.addEventListener("refresh", () => tell(""));
  stream.addEventListener("error", () => (lost = true));
  stream.addEventListener("open", () => {
    if (lost) tell("");
    lost = false;
  });
}

function close() {
  stream?.close();
  stream = null;
}

export function attachLive() {
  open();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
    } else {
      open();
      tell("");
    }
  });
  window.addEventListener("pagehide", close);
}
