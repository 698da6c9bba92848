/* Writes where the phone is into the two fields, when its button is pressed and never before. */

const DIGITS = 4; // about ten meters

class UseLocation extends HTMLElement {
  connectedCallback() {
    if (!navigator.geolocation) return;
    this.hidden = false;
    this.status = this.querySelector("[role=status]");
    this.querySelector("button").addEventListener("click", () => this.ask());
  }

  ask() {
    this.status.textContent = this.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.fill(coords),
      (problem) => {
        const refused = problem.code === problem.PERMISSION_DENIED;
        this.status.textContent = refused ? this.dataset.refused : this.dataset.failed;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  }

  fill(coords) {
    for (const name of ["latitude", "longitude"]) {
      this.closest("form").elements[name].value = coords[name].toFixed(DIGITS);
    }
    this.status.textContent = this.dataset.found;
  }
}

customElements.define("use-location", UseLocation);
