// The map reads what it shows from the table beside it: one row for each area, with its code, verdict and class.
// No base map, no glyphs, no remote call: shapes come from our own address, colours from the legend.
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp";
import workerUrl from "maplibre-gl/dist/maplibre-gl-csp-worker.js?url";
import "maplibre-gl/dist/maplibre-gl.css";

maplibregl.setWorkerUrl(new URL(workerUrl, import.meta.url).href);

interface Shape {
  type: "Feature";
  properties: { code: string; name_th?: string; name_en?: string };
  geometry: { coordinates: unknown } | null;
}

function coloursOf(section: Element): Map<string, string> {
  const found = new Map<string, string>();
  for (const swatch of section.querySelectorAll<HTMLElement>("[data-swatch]")) {
    found.set(swatch.dataset["swatch"] ?? "", getComputedStyle(swatch).backgroundColor);
  }
  return found;
}

function boundsOf(shapes: Shape[]): maplibregl.LngLatBounds {
  const bounds = new maplibregl.LngLatBounds();
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (typeof part[0] === "number") bounds.extend([part[0], part[1] as number]);
    else part.forEach(walk);
  };
  for (const shape of shapes) walk(shape.geometry?.coordinates);
  return bounds;
}

export async function drawMap(container: HTMLElement): Promise<void> {
  const section = container.closest("section");
  const table = document.querySelector(container.dataset["table"] ?? "");
  if (!section || !table) return;
  const answer = await fetch(new URL(container.dataset["shapes"] ?? "", document.baseURI));
  const shapes = (await answer.json()) as { type: "FeatureCollection"; features: Shape[] };
  const rows = new Map([...table.querySelectorAll<HTMLElement>("tr[data-code]")].map((row) => [row.dataset["code"], row]));
  const colours = coloursOf(section);
  const none = colours.get("none") ?? "#eef1f4";
  const by = container.dataset["colour"] === "value" ? "shade" : "verdict";
  const match: (string | string[])[] = [];
  for (const [code, row] of rows) if (code) match.push(code, colours.get(row.dataset[by] ?? "none") ?? none);
  const fill = match.length ? (["match", ["get", "code"], ...match, none] as unknown as maplibregl.ExpressionSpecification) : none;

  const live = document.createElement("div");
  live.className = "map-live";
  container.append(live);
  container.classList.remove("map-loading");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new maplibregl.Map({
    container: live,
    bounds: boundsOf(shapes.features),
    fitBoundsOptions: { padding: 14, animate: false },
    attributionControl: false,
    cooperativeGestures: window.matchMedia("(pointer: coarse)").matches,
    locale: {
      "Map.Title": container.getAttribute("aria-label") ?? "",
      "NavigationControl.ZoomIn": container.dataset["zoomIn"] ?? "",
      "NavigationControl.ZoomOut": container.dataset["zoomOut"] ?? "",
      "CooperativeGesturesHandler.MobileHelpText": container.dataset["fingers"] ?? "",
    },
    dragRotate: false,
    pitchWithRotate: false,
    scrollZoom: false,
    fadeDuration: still ? 0 : 300,
    style: {
      version: 8,
      sources: { areas: { type: "geojson", data: shapes as never, promoteId: "code" } },
      layers: [
        { id: "fill", type: "fill", source: "areas", paint: { "fill-color": fill, "fill-antialias": true } },
        { id: "line", type: "line", source: "areas", paint: { "line-color": "#ffffff", "line-width": 1.2 } },
        {
          id: "chosen",
          type: "line",
          source: "areas",
          paint: {
            "line-color": "#16202c",
            "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 2.6, 0],
          },
        },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.getCanvas().setAttribute("aria-label", container.getAttribute("aria-label") ?? "");

  const read = section.querySelector(".map-read");
  let chosen: string | undefined;
  const choose = (code: string | undefined): void => {
    if (code === chosen) return;
    if (chosen) map.setFeatureState({ source: "areas", id: chosen }, { chosen: false });
    chosen = code;
    if (code) map.setFeatureState({ source: "areas", id: code }, { chosen: true });
    if (!read) return;
    const shape = shapes.features.find((one) => one.properties.code === code);
    const name = document.documentElement.lang === "en" ? shape?.properties.name_en : shape?.properties.name_th;
    read.textContent = (code && rows.get(code)?.dataset["say"]) || (code ? (name ?? "") : "");
  };
  map.on("mousemove", "fill", (event) => choose(event.features?.[0]?.properties["code"] as string | undefined));
  map.on("click", "fill", (event) => choose(event.features?.[0]?.properties["code"] as string | undefined));
  map.on("mouseleave", "fill", () => choose(undefined));
  for (const [code, row] of rows) row.addEventListener("focusin", () => choose(code));
  map.once("idle", () => container.classList.add("map-drawn"));
}
