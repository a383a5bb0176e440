// Loads Leaflet and its styles and draws the map when an element with data-map comes into view.

function loadStyles(address) {
  return new Promise((resolve, reject) => {
    document.head.append(
      Object.assign(document.createElement("link"), {
        rel: "stylesheet",
        href: address,
        onload: resolve,
        onerror: reject,
      }),
    );
  });
}

async function show(box) {
  try {
    const [map] = await Promise.all([import(box.dataset.module), loadStyles(box.dataset.styles)]);
    map.show(box);
  } catch {
    box.replaceChildren(
      Object.assign(document.createElement("p"), {
        className: "map__sorry",
        textContent: "The map did not arrive. The list has the same builders.",
      }),
    );
  }
}

export function attachMaps(root) {
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((entry) => entry.isIntersecting)) {
      observer.unobserve(entry.target);
      show(entry.target);
    }
  });
  for (const box of root.querySelectorAll("[data-map]:not([data-watched])")) {
    box.dataset.watched = "";
    observer.observe(box);
  }
}
