// Loaded by every page. Pages work without it; it swaps parts instead of whole pages and adds the slider and copy buttons.
import htmx from "htmx.org";

import { offerCopying } from "./copying";
import { offerMaps } from "./map-loading";
import { offerPanels } from "./panel";
import { offerSearch, offerSwaps } from "./swapping";
import { offerUploads } from "./uploading";
import { offerWeights } from "./weights";
import { offerSlider } from "./years";

import "./styles/main.scss";

// A strict content security policy allows neither eval nor a style element made by a script.
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;

document.documentElement.classList.add("has-script");

function enhance(root: HTMLElement): void {
  offerSwaps(root);
  offerSlider(root);
  offerWeights(root);
  offerSearch(root);
  offerCopying(root);
  offerUploads(root);
  offerPanels(root);
  offerMaps(root);
  if (root.querySelector("form[data-desk]")) void import("./desk").then(({ offerDesk }) => offerDesk(root));
  if (root.querySelector("[data-passkey]")) void import("./passkeys").then(({ offerPasskeys }) => offerPasskeys(root));
}

// Paper shows when it was printed; the address stands beside it.
window.addEventListener("beforeprint", () => {
  const language = document.documentElement.lang === "en" ? "en-GB" : "th-TH";
  for (const place of document.querySelectorAll<HTMLElement>("[data-printed]")) {
    const today = new Date().toLocaleDateString(language, { dateStyle: "long" });
    place.textContent = `· ${place.dataset["words"] ?? ""} ${today}`;
  }
});

htmx.onLoad((part) => {
  if (part instanceof HTMLElement) enhance(part);
});
