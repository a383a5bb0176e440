// The form of a conversation: sends in the background, one message after another, shows what is on its way, and offers
// what was not sent once more. A message keeps its key when it is sent again, so that it is saved once.

import { withDirectFiles } from "./direct.js";

const TYPING_EVERY = 4000;

function pendingLine(text, files) {
  const line = document.createElement("li");
  line.className = "line line--mine line--begins line--ends";
  const bubble = document.createElement("div");
  bubble.className = "bubble bubble--pending";
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  if (text) bubble.append(paragraph);
  const bars = files.map((file) => {
    const label = document.createElement("label");
    label.className = "bubble__sending";
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = Math.max(1, file.size);
    bar.value = 0;
    label.append(name, bar);
    bubble.append(label);
    return bar;
  });
  const status = document.createElement("p");
  status.className = "line__meta";
  status.setAttribute("role", "status");
  status.textContent = "Sending…";
  line.append(bubble, status);
  return { line, status, bars };
}

// Shows how much of each file is sent. The files are at the end of what is sent, one after another.
function showProgress(bars, { loaded, total, lengthComputable }) {
  if (!lengthComputable) return;
  let start = total - bars.reduce((sum, bar) => sum + bar.max, 0);
  for (const bar of bars) {
    bar.value = Math.max(0, Math.min(bar.max, loaded - start));
    start += bar.max;
  }
}

export function attachComposer(root, { load, post }) {
  const form = root.querySelector("[data-send]");
  if (!form) return;
  const text = form.querySelector("textarea");
  const files = form.querySelector("[type=file]");
  const list = form.querySelector("[data-files]");
  const pending = root.querySelector("[data-pending]");
  const waiting = [];
  let isSending = false;

  function showFiles() {
    list.replaceChildren(
      ...[...files.files].map((file) => {
        const item = document.createElement("li");
        item.textContent = file.name;
        return item;
      }),
    );
  }

  function addFiles(added) {
    const transfer = new DataTransfer();
    for (const file of [...files.files, ...added]) transfer.items.add(file);
    files.files = transfer.files;
    showFiles();
  }

  async function send(entry) {
    entry.body = await withDirectFiles(entry.body, (number, sent) => {
      entry.bars[number].value = sent;
    });
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => showProgress(entry.bars, event));
      request.addEventListener("load", () => {
        if (request.getResponseHeader("HX-Redirect")) return location.assign(request.getResponseHeader("HX-Redirect"));
        const isPlain = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
        done(request.status < 300 ? "" : isPlain ? request.responseText : "Not sent.");
      });
      request.addEventListener("error", () => done("Not sent. Look at your connection."));
      request.send(entry.body);
    });
  }

  function offerAgain(entry, sentence) {
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => {
      entry.status.textContent = "Sending…";
      waiting.push(entry);
      sendAll();
    });
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = "Discard";
    drop.addEventListener("click", () => entry.line.remove());
    entry.status.replaceChildren(`${sentence} `, again, " ", drop);
  }

  async function sendAll() {
    if (isSending) return;
    isSending = true;
    while (waiting.length > 0) {
      const entry = waiting.shift();
      const problem = await send(entry);
      if (problem) {
        offerAgain(entry, problem);
        continue;
      }
      load();
    }
    isSending = false;
  }

  function submit() {
    if (!text.value.trim() && files.files.length === 0) return;
    const body = new FormData(form);
    const key = form.querySelector("[name=client_key]").value;
    const entry = { body, ...pendingLine(text.value.trim(), [...files.files]) };
    entry.line.dataset.pendingKey = key;
    pending.append(entry.line);
    waiting.push(entry);
    form.querySelector("[name=client_key]").value = crypto.randomUUID();
    form.querySelector("[name=reply_to]")?.remove();
    form.querySelector(".composer__about")?.remove();
    text.value = "";
    files.value = "";
    list.replaceChildren();
    text.focus();
    root.querySelector("#stream").scrollTop = 0;
    root.dispatchEvent(new CustomEvent("messages:sent"));
    sendAll();
  }

  // What the server's list has is on its way no more, even if its answer to the sending was lost.
  root.addEventListener("messages:shown", () => {
    for (const line of [...pending.children]) {
      if (root.querySelector(`#stream [data-key="${line.dataset.pendingKey}"]`)) line.remove();
    }
  });

  let typedAt = 0;
  text.addEventListener("input", () => {
    if (!text.value || Date.now() - typedAt < TYPING_EVERY) return;
    typedAt = Date.now();
    post({ typing: "1" }).catch(() => {});
  });
  text.addEventListener("keydown", (event) => {
    const isSendKey = event.key === "Enter" && !event.isComposing;
    const sends = form.hasAttribute("data-enter") ? !event.shiftKey : event.ctrlKey || event.metaKey;
    if (!isSendKey || !sends) return;
    event.preventDefault();
    submit();
  });
  text.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    addFiles(event.clipboardData.files);
  });
  root.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  root.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    addFiles(event.dataTransfer.files);
  });
  files.addEventListener("change", showFiles);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  for (const link of root.querySelectorAll("[data-saved]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      text.value = link.dataset.saved;
      link.closest("details").open = false;
      text.focus();
    });
  }
}
