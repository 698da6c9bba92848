/* Shows matches while a name is typed. Without it the button beside the field does the same. */

const PAUSE = 200; // milliseconds without a key

class PartnerSearch extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.results = this.firstElementChild;
    this.field.addEventListener("input", () => this.wait());
    if (this.field.value !== this.field.defaultValue) this.wait(); // typed before this was loaded
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE);
  }

  async search() {
    this.request?.abort();
    this.request = new AbortController();
    const query = new URLSearchParams({ q: this.field.value });
    try {
      const answer = await fetch(`?${query}`, {
        headers: { "X-Part": "results" },
        signal: this.request.signal,
      });
      if (answer.ok) this.results.innerHTML = await answer.text();
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  }
}

customElements.define("partner-search", PartnerSearch);
