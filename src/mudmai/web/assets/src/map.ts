// Loaded only by pages with a map: <div data-map data-shapes="ADDRESS OF A GEOJSON"></div>. No base map and no remote call.
import maplibregl from "maplibre-gl/dist/maplibre-gl-csp";
import workerUrl from "maplibre-gl/dist/maplibre-gl-csp-worker.js?url";
import "maplibre-gl/dist/maplibre-gl.css";

maplibregl.setWorkerUrl(new URL(workerUrl, import.meta.url).href);

const thailand: [[number, number], [number, number]] = [
  [97.3, 5.6],
  [105.7, 20.5],
];

export function drawMap(container: HTMLElement, shapes: string): maplibregl.Map {
  const map = new maplibregl.Map({
    container,
    bounds: thailand,
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    style: {
      version: 8,
      sources: { areas: { type: "geojson", data: shapes, promoteId: "code" } },
      layers: [
        { id: "areas-fill", type: "fill", source: "areas", paint: { "fill-color": "#dfe7ee" } },
        { id: "areas-line", type: "line", source: "areas", paint: { "line-color": "#5b6b7a", "line-width": 0.8 } },
      ],
    },
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
  return map;
}

for (const container of document.querySelectorAll<HTMLElement>("[data-map][data-shapes]")) {
  const shapes = container.dataset["shapes"];
  if (shapes) drawMap(container, new URL(shapes, document.baseURI).href);
}
