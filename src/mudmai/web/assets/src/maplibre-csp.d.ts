// The build of MapLibre whose worker is a file of its own, so that no blob: source has to be allowed.
declare module "maplibre-gl/dist/maplibre-gl-csp" {
  import * as maplibregl from "maplibre-gl";
  export default maplibregl;
}
