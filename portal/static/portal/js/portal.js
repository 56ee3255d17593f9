// What a page gains when scripts run. Every page works without: reading, voting and all forms need none of it.
(() => {
  "use strict";

  const OFF = "portal.keys.off";
  const keysAreOff = () => {
    try {
      return localStorage.getItem(OFF) === "1";
    } catch {
      return false; // storage is refused: keys stay on
    }
  };

  const visible = (element) => element.getClientRects().length > 0;
  const typing = (target) =>
    target instanceof Element && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // The rows that j and k walk: results, docket items, rows of tables, each by its first link.
  const rows = () =>
    [...document.querySelectorAll("main .p-hit, main .p-docket > li, main tbody tr")]
      .map((row) => row.querySelector("h3 a") || row.querySelector("a[href]"))
      .filter((link) => link && visible(link));

  function walk(step) {
    const links = rows();
    const here = links.findIndex((link) => link === document.activeElement || link.closest("li, tr").contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
    links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
  }

  function search() {
    const field = [...document.querySelectorAll("main input[type=search], #find")].find(visible);
    field?.focus();
    field?.select();
    return Boolean(field);
  }

  function listKeys() {
    const list = document.getElementById("keys");
    if (!list) return false;
    list.open = true;
    list.querySelector("summary").focus();
    list.scrollIntoView({ block: "nearest" });
    return true;
  }

  function act(key) {
    const named = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key && visible(element));
    if (named) {
      named.click();
      return true;
    }
    if (key === "/") return search();
    if (key === "?") return listKeys();
    if (key === "j" || key === "k") {
      walk(key === "j" ? 1 : -1);
      return true;
    }
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = event.target.closest?.("details.p-who[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (keysAreOff() || typing(event.target)) return;
    if (act(event.key)) event.preventDefault();
  });

  // A panel that lies over the page closes when one clicks beside it.
  document.addEventListener("click", (event) => {
    for (const panel of document.querySelectorAll("details.p-who[open]")) {
      if (!panel.contains(event.target)) panel.open = false;
    }
  });

  // Single keys can be switched off (WCAG 2.1.4): some people's voice input types them.
  function offerSwitch() {
    const button = document.getElementById("keys-switch");
    if (!button) return;
    const label = () => {
      button.textContent = keysAreOff() ? "Switch single keys on" : "Switch single keys off";
    };
    button.addEventListener("click", () => {
      try {
        if (keysAreOff()) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "1");
      } catch {
        button.textContent = "This browser keeps no settings";
        return;
      }
      label();
    });
    label();
    button.hidden = false;
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  offerSwitch();
  document.querySelector(".p-errors")?.focus();

  // What htmx swaps in on a person's request names its heading; focus goes there. Regions that refresh by themselves don't.
  document.addEventListener("htmx:afterSettle", (event) => {
    const region = event.target.closest?.("[data-focus-heading]");
    const heading = region?.querySelector("h1, h2, h3");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus();
  });
})();
