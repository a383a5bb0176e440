// Opens one event stream per page for all topics in data-live attributes, and sends the DOM event "live" to the elements
// whose topic has changed; htmx uses it as a trigger. Hidden pages close the stream and refresh when they are shown again.
// While the stream misses nothing, <html> has data-stream="ready".

let stream = null;

function liveElements() {
  return [...document.querySelectorAll("[data-live]")];
}

function notify(topic) {
  for (const element of liveElements()) {
    if (!topic || element.dataset.live.split(" ").includes(topic)) {
      element.dispatchEvent(new CustomEvent("live", { bubbles: false }));
    }
  }
}

// Tells the elements of a topic who is typing there.
function notifyTyping(data) {
  for (const element of liveElements()) {
    if (element.dataset.live.split(" ").includes(data.topic)) {
      element.dispatchEvent(new CustomEvent("typing", { bubbles: false, detail: data }));
    }
  }
}

function open() {
  const topics = [...new Set(liveElements().flatMap((element) => element.dataset.live.split(" ")))];
  if (stream || topics.length === 0) return;
  stream = new EventSource(`/live/?topics=${encodeURIComponent(topics.join(","))}`);
  let wasLost = false;
  stream.addEventListener("change", (event) => notify(JSON.parse(event.data).topic));
  stream.addEventListener("typing", (event) => notifyTyping(JSON.parse(event.data)));
  stream.addEventListener("refresh", () => notify(""));
  stream.addEventListener("ready", () => (document.documentElement.dataset.stream = "ready"));
  stream.addEventListener("error", () => {
    wasLost = true;
    delete document.documentElement.dataset.stream;
  });
  stream.addEventListener("open", () => {
    if (wasLost) notify("");
    wasLost = false;
  });
}

function close() {
  stream?.close();
  stream = null;
  delete document.documentElement.dataset.stream;
}

export function attachLive() {
  open();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
    } else {
      open();
      notify("");
    }
  });
  window.addEventListener("pagehide", close);
}
