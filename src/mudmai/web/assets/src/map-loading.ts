// The map is large: it is fetched when its place comes near the screen, or on the button where data are saved.
export function offerMaps(root: HTMLElement): void {
  for (const container of root.querySelectorAll<HTMLElement>("[data-map][data-shapes]")) {
    const button = container.querySelector<HTMLButtonElement>(".map-load");
    const load = async (): Promise<void> => {
      button?.remove();
      container.classList.add("map-loading");
      const { drawMap } = await import("./map");
      try {
        await drawMap(container);
      } catch (fault) {
        // No WebGL, or no answer: the drawing of the server stays.
        container.querySelector(".map-live")?.remove();
        console.info(fault);
      }
    };
    const saving = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
    if (saving && button) {
      button.hidden = false;
      button.addEventListener("click", () => void load(), { once: true });
      continue;
    }
    const watcher = new IntersectionObserver(
      (entries) => {
        if (!entries.some((one) => one.isIntersecting)) return;
        watcher.disconnect();
        void load();
      },
      { rootMargin: "200px" },
    );
    watcher.observe(container);
  }
}
