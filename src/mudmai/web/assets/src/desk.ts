// The desk: a definition is checked while somebody types, and words are put into the formula where the caret stands.
// Without scripts the button "Check" sends the form, and the lists are there to read.
const PAUSE = 500;

async function check(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
  const place = document.querySelector("#desk-check");
  if (!place || !form.dataset["check"]) return;
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset["check"], { method: "POST", body: new FormData(form), signal });
    if (!answer.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#desk-check");
    if (found) place.replaceChildren(...document.importNode(found, true).childNodes);
  } catch (fault) {
    if (!(fault instanceof DOMException && fault.name === "AbortError")) throw fault;
  } finally {
    if (!signal.aborted) place.removeAttribute("aria-busy");
  }
}

function offerInserting(form: HTMLFormElement): void {
  const formula = form.querySelector<HTMLTextAreaElement>("#id_formula");
  if (!formula) return;
  for (const word of form.querySelectorAll<HTMLElement>("code[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    word.replaceWith(button);
    button.append(word);
    button.addEventListener("click", () => {
      formula.setRangeText(word.textContent ?? "", formula.selectionStart, formula.selectionEnd, "end");
      formula.dispatchEvent(new Event("input", { bubbles: true }));
      formula.focus();
    });
  }
}

export function offerDesk(root: HTMLElement): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-desk]")) {
    let waiting = 0;
    let running = new AbortController();
    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => {
        running.abort();
        running = new AbortController();
        void check(form, running.signal);
      }, PAUSE);
    });
    offerInserting(form);
  }
}
