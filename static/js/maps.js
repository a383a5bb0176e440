// A box with data-map becomes a map once it is seen: what that takes is only then asked for.

function script(address) {
  return new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address, async: false, onload: resolve, onerror: reject }));
  });
}

async function show(box) {
  const { scripts, style, module } = box.dataset;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
  try {
    await Promise.all(scripts.split(" ").map(script));
    const { show: draw } = await import(module);
    draw(box);
  } catch {
    box.replaceChildren(Object.assign(document.createElement("p"), { className: "map__sorry", textContent: "The map did not arrive. The list has the same builders." }));
  }
}

export function attachMaps(root) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      seen.unobserve(entry.target);
      show(entry.target);
    }
  });
  for (const box of root.querySelectorAll("[data-map]:not([data-watched])")) {
    box.dataset.watched = "";
    seen.observe(box);
  }
}
