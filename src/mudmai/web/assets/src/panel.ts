// Links with data-work open the work behind a figure in a panel over the page; without scripts they lead to its own page.
import htmx from "htmx.org";

export function offerPanels(root: HTMLElement): void {
  const panel = document.querySelector<HTMLDialogElement>("#work-panel");
  if (!panel) return;
  for (const link of root.querySelectorAll<HTMLAnchorElement>("a[data-work]")) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      void htmx.ajax("get", link.href, { target: "#work-slot", select: "#work", swap: "innerHTML" }).then(() => {
        if (!panel.open) panel.showModal();
        panel.scrollTop = 0;
        panel.addEventListener("close", () => link.focus(), { once: true });
      });
    });
  }
}

document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});
