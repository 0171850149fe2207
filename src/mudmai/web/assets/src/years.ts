// A slider beside the list of years: the list stays the control of record, the slider moves it.
import { submitBySwap } from "./swapping";

export function offerSlider(root: HTMLElement): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-years]")) {
    const list = form.querySelector<HTMLSelectElement>("select");
    if (!list || form.querySelector("input[type=range]")) continue;
    const years = [...list.options].filter((one) => one.value && one.dataset["empty"] === undefined).reverse();
    if (years.length < 3) continue;
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "form-range";
    slider.id = `${list.id}-slider`;
    slider.min = "0";
    slider.max = String(years.length - 1);
    slider.step = "1";
    slider.setAttribute("aria-label", form.querySelector("label")?.textContent ?? "");
    const place = years.findIndex((one) => one.selected);
    slider.value = String(place < 0 ? years.length - 1 : place);
    const said = (): string => years[Number(slider.value)]?.text ?? "";
    slider.setAttribute("aria-valuetext", said());
    slider.addEventListener("input", () => {
      const year = years[Number(slider.value)];
      if (year) list.value = year.value;
      slider.setAttribute("aria-valuetext", said());
    });
    slider.addEventListener("change", (event) => {
      event.stopPropagation();
      submitBySwap(form);
    });
    list.after(slider);
  }
}
