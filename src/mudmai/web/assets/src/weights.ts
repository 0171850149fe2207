// Weights of an index: a slider beside each number; letting go asks the server, whose figures replace the old ones.
import { submitBySwap } from "./swapping";

export function offerWeights(root: HTMLElement): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-weights]")) {
    if (form.querySelector("input[type=range]")) continue;
    for (const field of form.querySelectorAll<HTMLInputElement>("input[type=number]")) {
      const slider = document.createElement("input");
      slider.type = "range";
      slider.className = "form-range";
      slider.id = `${field.id}-slider`;
      slider.min = "0";
      slider.max = "100";
      slider.step = "1";
      slider.value = field.value;
      slider.setAttribute("aria-label", field.labels?.[0]?.textContent ?? "");
      slider.addEventListener("input", () => {
        field.value = slider.value;
      });
      slider.addEventListener("change", (event) => {
        event.stopPropagation();
        submitBySwap(form);
      });
      field.addEventListener("input", () => {
        slider.value = field.value;
      });
      field.after(slider);
    }
  }
}
