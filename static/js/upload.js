// Shows the progress of an upload in a form with data-upload. Without a file, or without this script, the form is sent as
// usual. Large files go straight to the store of files, where there is one.

import { withDirectFiles } from "./direct.js";

function percent(event) {
  return event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
}

async function send(form) {
  const bar = form.querySelector("progress");
  const status = form.querySelector("[data-upload-status]");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const stop = (sentence) => {
    button.disabled = false;
    bar.classList.add("unseen");
    status.textContent = sentence;
  };
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (event) => {
    bar.value = percent(event);
    status.textContent = bar.value < 100 ? `${bar.value}% sent` : "Sent. A moment, please.";
  });
  request.addEventListener("error", () => stop("That did not arrive. Look at your connection, then send it again."));
  request.addEventListener("load", () => {
    if (request.status >= 500 || request.status === 413)
      return stop("That did not work on our side. Send it again in a moment.");
    if (request.responseURL && request.status < 400) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    attachUploads(document);
    document.querySelector("[data-focus]")?.focus();
  });
  bar.classList.remove("unseen");
  button.disabled = true;
  const size = form.querySelector("[type=file]").files[0].size;
  const body = await withDirectFiles(new FormData(form), (_, sent) => {
    bar.value = Math.round((100 * sent) / size);
    status.textContent = `${bar.value}% sent`;
  });
  request.send(body);
}

export function attachUploads(root) {
  for (const form of root.querySelectorAll("[data-upload]:not([data-watched])")) {
    form.dataset.watched = "";
    form.addEventListener("submit", (event) => {
      if (!form.querySelector("[type=file]")?.files.length) return;
      event.preventDefault();
      send(form);
    });
  }
}
