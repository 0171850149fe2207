// Links and forms with data-swap="#id" replace that part of the page with the same part of the answer; the address changes too.
import htmx from "htmx.org";

const swapped = { swapped: true };

export async function swapFrom(address: string, target: string, keep = true): Promise<void> {
  const before = document.activeElement?.id;
  await htmx.ajax("get", address, { target, select: target, swap: "outerHTML show:none" });
  if (keep) {
    history.replaceState(swapped, "");
    history.pushState(swapped, "", address);
  }
  await new Promise((settled) => window.setTimeout(settled, 60));
  if (before) document.getElementById(before)?.focus({ preventScroll: true });
  const said = document.querySelector("#said");
  const news = document.querySelector(`${target} .years-say, ${target} [role=status], ${target} .headline`);
  if (said && news) said.textContent = news.textContent;
}

function addressOf(form: HTMLFormElement): string {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value) asked.append(name, value);
  const text = asked.toString();
  return form.action.split("?")[0] + (text ? `?${text}` : "");
}

export function submitBySwap(form: HTMLFormElement): void {
  const target = form.dataset["swap"];
  if (target) void swapFrom(addressOf(form), target);
  else form.requestSubmit();
}

export function offerSwaps(root: HTMLElement): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-swap]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submitBySwap(form);
    });
  }
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-auto], form[data-years]")) {
    form.addEventListener("change", () => submitBySwap(form));
  }
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[data-swap]")) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      const column = link.closest("th")?.cellIndex;
      void swapFrom(link.href.split("#")[0] ?? link.href, link.dataset["swap"] ?? "").then(() => {
        if (column !== undefined) document.querySelectorAll<HTMLElement>("#areas thead a")[column]?.focus();
      });
    });
  }
}

export function offerSearch(root: HTMLElement): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-search]")) {
    let waiting = 0;
    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => void swapFrom(addressOf(form), form.dataset["swap"] ?? "", false), 250);
    });
  }
}

// Going back asks the server for the page again; it answers 304 in a moment.
window.addEventListener("popstate", (event) => {
  if ((event.state as typeof swapped | null)?.swapped) location.reload();
});
