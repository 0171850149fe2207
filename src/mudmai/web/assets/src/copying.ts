// Buttons with data-copy="#id" copy the text of that element; they appear only where copying works.
export function offerCopying(root: HTMLElement): void {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = false;
    const words = button.textContent ?? "";
    button.addEventListener("click", () => {
      const text = document.querySelector(button.dataset["copy"] ?? "")?.textContent?.trim() ?? "";
      void navigator.clipboard.writeText(text).then(() => {
        button.textContent = button.dataset["done"] ?? words;
        window.setTimeout(() => (button.textContent = words), 2000);
      });
    });
  }
}
