// Changes the theme without loading the page again. Without this file the form's POST does the same.

const YEAR = 60 * 60 * 24 * 365;

export function attachThemes() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-themes]");
    const chosen = event.submitter?.value;
    if (!form || !chosen) return;
    event.preventDefault();
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${chosen}; Max-Age=${YEAR}; Path=/; SameSite=Lax${secure}`;
    document.documentElement.dataset.theme = chosen;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    }
  });
}
