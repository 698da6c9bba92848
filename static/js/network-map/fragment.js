// Parts of the page that the server writes, fetched for an address.

/**
 * What the server writes into the element of an id at an address.
 *
 * The answer is parsed by DOMParser, which runs no scripts and loads nothing, and its nodes are moved
 * in: the server has escaped every name in it. `setHTML` would do the same where browsers have it.
 *
 * @returns {Promise<Node[] | null>} null when the answer is something else
 */
export async function fetchFragment(address, id, signal) {
  const response = await fetch(address, {
    signal,
    headers: { "HX-Request": "true", "HX-Target": id },
  });
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const whole = page.getElementById(id);
  if (whole) return [...whole.childNodes];
  return page.querySelector("main, network-map") ? null : [...page.body.childNodes];
}
