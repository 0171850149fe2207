// Forms with data-upload: files may be dropped, and the upload shows how far it is. Without it they are plain forms.
interface Answer {
  to?: string;
  message?: string;
  remedy?: string;
}

export function offerUploads(root: HTMLElement): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-upload]")) prepare(form);
}

function prepare(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>('input[type="file"]');
  const zone = form.querySelector<HTMLElement>("[data-drop]");
  if (!input || !zone) return;
  const show = (): void => {
    const file = input.files?.[0];
    const place = form.querySelector<HTMLElement>("[data-chosen]");
    if (place) place.textContent = file ? `${file.name} (${size(file.size)})` : "";
    refuse(form, file && isTooLarge(form, file) ? (form.dataset["tooLarge"] ?? "") : "");
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const dropped = event.dataTransfer?.files;
    if (!dropped?.length) return;
    input.files = dropped;
    show();
  });
  form.addEventListener("submit", (event) => {
    const file = input.files?.[0];
    if (!file) return;
    event.preventDefault();
    if (isTooLarge(form, file)) {
      refuse(form, form.dataset["tooLarge"] ?? "");
      return;
    }
    send(form);
  });
}

function isTooLarge(form: HTMLFormElement, file: File): boolean {
  return file.size > Number(form.dataset["limit"] ?? Infinity);
}

function send(form: HTMLFormElement): void {
  const box = form.querySelector<HTMLElement>("[data-progress]");
  const bar = box?.querySelector("progress");
  const said = box?.querySelector<HTMLElement>("[data-said]");
  const button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
  const body = new FormData(form);
  if (box) box.hidden = false;
  if (button) button.disabled = true;
  refuse(form, "");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("X-Upload", "script");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable || !bar) return;
    bar.value = (100 * event.loaded) / event.total;
    const part = `${size(event.loaded)} / ${size(event.total)}`;
    if (said) said.textContent = event.loaded < event.total ? part : (form.dataset["sent"] ?? part);
  });
  const failed = (words: string): void => {
    if (box) box.hidden = true;
    if (button) button.disabled = false;
    refuse(form, words);
  };
  request.addEventListener("load", () => {
    const answer = told(request.responseText);
    if (request.status < 300 && answer.to) window.location.assign(answer.to);
    else failed([answer.message ?? form.dataset["broken"], answer.remedy].filter(Boolean).join(" – "));
  });
  request.addEventListener("error", () => failed(form.dataset["broken"] ?? ""));
  request.send(body);
}

function told(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

function refuse(form: HTMLFormElement, words: string): void {
  const place = form.querySelector<HTMLElement>("[data-refused]");
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
}

function size(bytes: number): string {
  return bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}
