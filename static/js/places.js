// Suggests towns in a <datalist> while somebody types in a field with data-places.

const PAUSE = 150; // milliseconds without typing before the server is asked

function attach(field) {
  const list = document.createElement("datalist");
  list.id = `${field.id}_places`;
  field.after(list);
  field.setAttribute("list", list.id);
  let timer = 0;
  let query = "";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      query = field.value;
      const answer = await fetch(`${field.dataset.places}?q=${encodeURIComponent(query)}`).catch(() => null);
      if (!answer?.ok || query !== field.value) return;
      const { places } = await answer.json();
      list.replaceChildren(...places.map((place) => Object.assign(document.createElement("option"), { value: place })));
    }, PAUSE);
  });
}

export function attachPlaces(root) {
  for (const field of root.querySelectorAll("[data-places]:not([list])")) attach(field);
}
