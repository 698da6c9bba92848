// Leaflet and supercluster, fetched when the first map of places is opened. They are scripts of the
// old kind and put themselves on `window`.

const asked = new Map();

function once(address, make) {
  if (!asked.has(address)) {
    const loading = new Promise((resolve, reject) => {
      const element = make();
      element.addEventListener("load", () => resolve());
      element.addEventListener("error", () => reject(new Error(`Not loaded: ${address}`)));
      document.head.append(element);
    });
    loading.catch(() => asked.delete(address)); // the next map may try again
    asked.set(address, loading);
  }
  return asked.get(address);
}

function script(address) {
  return once(address, () => Object.assign(document.createElement("script"), { src: address }));
}

function sheet(address) {
  return once(address, () => Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }));
}

/** @returns {Promise<{L: object, Supercluster: Function}>} */
export async function loadLibraries({ leaflet, leafletCss, supercluster }) {
  await Promise.all([script(leaflet), sheet(leafletCss), script(supercluster)]);
  return { L: window.L, Supercluster: window.Supercluster };
}

export async function loadData(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`Not loaded: ${address} (${answer.status})`);
  return answer.json();
}
