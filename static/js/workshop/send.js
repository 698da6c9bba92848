// Sends a form and reads the page that answers.

const PATIENCE = 15000; // milliseconds

/**
 * The parts of the answering page, or null when there is no answer to rely on: no connection, an
 * answer that came too late, or a server in trouble. Sending the same entry again stores it once.
 */
export async function send(form, button) {
  const data = new FormData(form, button ?? undefined);
  try {
    // Not form.action: that is the field of this name.
    const response = await fetch(form.getAttribute("action"), {
      method: "POST",
      body: data,
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.status >= 500 || response.status === 403) return null;
    const answer = read(await response.text(), response.url);
    return answer.room ? answer : null;
  } catch {
    return null;
  }
}

function read(text, url) {
  const page = new DOMParser().parseFromString(text, "text/html");
  return {
    url,
    room: page.getElementById("room"),
    lede: page.querySelector(".lede"),
    status: page.querySelector("main [role=status]"),
  };
}
