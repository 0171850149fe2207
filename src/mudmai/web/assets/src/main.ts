// Loaded by every page. Pages work without it; it adds partial updates (htmx) and the menus (Bootstrap).
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import htmx from "htmx.org";

import "./styles/main.scss";

// A strict content security policy allows neither eval nor a style element made by a script.
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;

document.documentElement.classList.add("has-script");
