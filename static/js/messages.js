// The page of a conversation: shows new messages as they come, sends without leaving the page, and says who is typing.
// The server's list is the truth: an event or a lost connection only makes the page load it again, so that nothing is
// missing, doubled or out of order. Without this script the page works by its links and forms.

import { attachComposer } from "./messages-composer.js";

const TYPING_SHOWN = 6000;
const ANNOUNCE_AFTER = 1500;
const LONGEST_WAIT = 15000;

function attach(root) {
  const { page, act, me, other } = root.dataset;
  const stream = () => root.querySelector("#stream");
  const csrf = () => root.querySelector("[name=csrfmiddlewaretoken]").value;
  let first = Number(stream().dataset.first);
  let newAfter = stream().dataset.read;
  let isLoading = false;
  let isWanted = false;
  let wait = 500;

  // The list is drawn from the bottom up, so its scroll position is 0 there and negative above.
  const isAtEnd = () => stream().scrollTop > -80;

  function post(values) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: csrf(), ...values });
    return fetch(act, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true });
  }

  function markAsRead() {
    const { newest, last, read } = stream().dataset;
    if (document.hidden || Number(newest) <= Number(read) || newest !== last) return;
    stream().dataset.read = newest;
    post({ read: newest }).catch(() => {
      if (stream().dataset.read === newest) stream().dataset.read = read;
    });
  }

  function swap(html) {
    const old = stream();
    const wasAtEnd = isAtEnd();
    const fromTop = old.scrollHeight + old.scrollTop;
    const height = old.scrollHeight;
    const opened = [...old.querySelectorAll("details[open]")].map((item) => item.closest("[id]").id);
    const focused = old.contains(document.activeElement) ? document.activeElement.closest("[id]").id : "";
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = template.content.querySelector("#stream");
    if (!fresh) return;
    const hadOlder = Number(fresh.dataset.first) < Number(old.dataset.first);
    const lastNumber = Number(old.dataset.last);
    Object.assign(old.dataset, fresh.dataset);
    old.replaceChildren(...fresh.childNodes);
    for (const id of opened) old.querySelector(`#${id} details`)?.setAttribute("open", "");
    if (focused && focused !== "stream") old.querySelector(`#${focused} summary`)?.focus({ preventScroll: true });
    if (hadOlder) old.scrollTop = fromTop + (old.scrollHeight - height) - old.scrollHeight;
    else old.scrollTop = wasAtEnd ? 0 : fromTop - old.scrollHeight;
    announce(lastNumber);
    root.dispatchEvent(new CustomEvent("messages:shown"));
  }

  // Says in one sentence what is new, at most once in a while, for people who do not see the screen.
  let timer = 0;
  function announce(lastNumber) {
    const lines = [...stream().querySelectorAll(".line:not(.line--mine)")];
    const fresh = lines.filter((line) => Number(line.dataset.number) > lastNumber);
    if (fresh.length === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const preview = fresh.at(-1).querySelector(".bubble")?.textContent.trim().slice(0, 200) ?? "";
      root.querySelector("[data-announce]").textContent =
        fresh.length === 1 ? `${other}: ${preview}` : `${fresh.length} new messages from ${other}`;
    }, ANNOUNCE_AFTER);
    root.querySelector("[data-typing]").textContent = "";
  }

  async function load() {
    isWanted = true;
    if (isLoading) return;
    isLoading = true;
    while (isWanted) {
      isWanted = false;
      try {
        const answer = await fetch(`${page}?first=${first}&new_after=${newAfter}`, {
          headers: { "HX-Request": "true", "HX-Target": "stream" },
        });
        if (answer.headers.get("HX-Redirect")) return location.assign(answer.headers.get("HX-Redirect"));
        if (answer.status >= 500) throw new Error("unavailable");
        if (answer.ok) swap(await answer.text());
        wait = 500;
        markAsRead();
      } catch {
        isWanted = true;
        await new Promise((resume) => setTimeout(resume, wait));
        wait = Math.min(LONGEST_WAIT, wait * 2);
      }
    }
    isLoading = false;
  }

  function showOlder(event) {
    const link = event.target.closest("[data-older]");
    if (!link) return;
    event.preventDefault();
    first = Math.max(1, Number(stream().dataset.first) - 50);
    load();
  }

  let typingTimer = 0;
  function showTyping(event) {
    if (event.detail.by === me) return;
    const line = root.querySelector("[data-typing]");
    line.textContent = `${event.detail.name} is typing…`;
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => (line.textContent = ""), TYPING_SHOWN);
  }

  root.addEventListener("live", load);
  root.addEventListener("typing", showTyping);
  root.addEventListener("messages:sent", () => (newAfter = stream().dataset.newest));
  root.addEventListener("click", showOlder);
  window.addEventListener("online", load);
  document.addEventListener("visibilitychange", markAsRead);
  attachComposer(root, { load, post });
  markAsRead();
}

for (const root of document.querySelectorAll("[data-conversation]")) attach(root);
