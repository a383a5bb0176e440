// Opens one event stream per page for all topics in data-live attributes, and sends the DOM event "live" to the elements
// whose topic has changed; htmx uses it as a trigger. Hidden pages close the stream and refresh when they are shown again.
// Only the counts in the frame stay live on hidden pages, because the title of the tab shows them: one hidden page of the
// browser keeps a stream for all of them, since a browser opens only six connections to a site.
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

const hiddenPages = "BroadcastChannel" in window ? new BroadcastChannel("waymark-counts") : null;
let stopWatching = () => {};

function counters() {
  return [...document.querySelectorAll(".top [data-count][data-live]")];
}

function refreshCounters() {
  for (const element of counters()) element.dispatchEvent(new CustomEvent("live", { bubbles: false }));
}

// Keeps a stream for the counts until `stopWatching` is called. Resolves when the stream is closed.
function watch() {
  const topics = counters().flatMap((element) => element.dataset.live.split(" "));
  const source = new EventSource(`/live/?topics=${encodeURIComponent(topics.join(","))}`);
  const announce = () => {
    refreshCounters();
    hiddenPages.postMessage("change");
  };
  let wasLost = false;
  source.addEventListener("change", announce);
  source.addEventListener("refresh", announce);
  source.addEventListener("ready", () => (document.documentElement.dataset.counts = "ready"));
  source.addEventListener("error", () => (wasLost = true));
  source.addEventListener("open", () => {
    if (wasLost) announce();
    wasLost = false;
  });
  return new Promise((resolve) => {
    stopWatching = () => {
      source.close();
      delete document.documentElement.dataset.counts;
      resolve();
    };
  });
}

function watchCounts() {
  if (!navigator.locks || !hiddenPages || counters().length === 0) return;
  const waiting = new AbortController();
  stopWatching = () => waiting.abort();
  const lock = { signal: waiting.signal };
  navigator.locks.request("waymark-counts", lock, watch).catch(() => {}); // it was shown before it had its turn
}

export function attachLive() {
  open();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      watchCounts();
    } else {
      stopWatching();
      open();
      notify("");
    }
  });
  hiddenPages?.addEventListener("message", () => {
    if (document.hidden) refreshCounters();
  });
  window.addEventListener("pagehide", () => {
    stopWatching();
    close();
  });
}
