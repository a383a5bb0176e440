// Sends large files straight to the store of files, where the site has one that takes them, and their tokens with the form.
// What does not work stays in the form, which is then sent with its files.

const LEAST = 1024 * 1024; // smaller ones are quicker with their form
const PATIENCE = 30_000; // ms without a byte on its way, after which the file goes with its form

async function place(address, token, file) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token);
  body.append("name", file.name);
  body.append("size", file.size);
  const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
  return answer.ok && !answer.redirected ? answer.json() : null;
}

function send({ address, fields }, file, onProgress) {
  return new Promise((done) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", file);
    const request = new XMLHttpRequest();
    let timer = 0;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), PATIENCE);
    };
    request.open("POST", address);
    request.upload.addEventListener("progress", (event) => {
      wait();
      onProgress(Math.min(event.loaded, file.size));
    });
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      done(request.status >= 200 && request.status < 300);
    });
    wait();
    request.send(body);
  });
}

// Returns what to send instead of `body`. `onProgress` is called with the bytes sent of each file, by its place in the form.
export async function withDirectFiles(body, onProgress = () => {}) {
  const address = document.documentElement.dataset.uploads;
  if (!address) return body;
  const left = new FormData();
  let number = 0;
  for (const [name, value] of body.entries()) {
    let token = "";
    if (value instanceof File) {
      const position = number;
      number += 1;
      if (value.size >= LEAST) {
        token = await tokenOf(address, body.get("csrfmiddlewaretoken"), value, (sent) => onProgress(position, sent));
      }
    }
    if (token) left.append(`arrived:${name}`, token);
    else left.append(name, value);
  }
  return left;
}

async function tokenOf(address, csrf, file, onProgress) {
  try {
    const answer = await place(address, csrf, file);
    return answer && (await send(answer, file, onProgress)) ? answer.token : "";
  } catch {
    return "";
  }
}
