// A field with data-places completes towns while one types, by the browser's own list.

const PAUSE = 150;

function attach(field) {
  const list = document.createElement("datalist");
  list.id = `${field.id}_places`;
  field.after(list);
  field.setAttribute("list", list.id);
  let timer = 0;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asked = field.value;
      const answer = await fetch(`${field.dataset.places}?q=${encodeURIComponent(asked)}`).catch(() => null);
      if (!answer?.ok || asked !== field.value) return;
      const { places } = await answer.json();
      list.replaceChildren(...places.map((place) => Object.assign(document.createElement("option"), { value: place })));
    }, PAUSE);
  });
}

export function attachPlaces(root) {
  for (const field of root.querySelectorAll("[data-places]:not([list])")) attach(field);
}
