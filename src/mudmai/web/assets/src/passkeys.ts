// Forms with data-passkey ask the browser for a passkey and send its answer; data-options holds what the server asks for.
// Parts with data-passkey-part are shown only where the browser knows passkeys.
type Kind = "login" | "confirm" | "add";

interface Options {
  publicKey: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
}

async function optionsOf(form: HTMLFormElement, kind: Kind): Promise<Options> {
  if (kind !== "login") return JSON.parse(form.dataset["options"] ?? "{}") as Options;
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`no options: ${answer.status}`);
  return ((await answer.json()) as { request_options: Options }).request_options;
}

async function credentialFor(form: HTMLFormElement, kind: Kind): Promise<Credential | null> {
  const { publicKey } = await optionsOf(form, kind);
  if (kind !== "add") {
    const asked = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey as PublicKeyCredentialRequestOptionsJSON);
    return navigator.credentials.get({ publicKey: asked });
  }
  const asked = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey as PublicKeyCredentialCreationOptionsJSON);
  const alone = form.querySelector<HTMLInputElement>("input[name=passwordless]")?.checked ?? false;
  asked.authenticatorSelection = {
    ...asked.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" as const } : {}),
  };
  return navigator.credentials.create({ publicKey: asked });
}

export function offerPasskeys(root: HTMLElement): void {
  if (!("PublicKeyCredential" in window) || !("parseRequestOptionsFromJSON" in PublicKeyCredential)) return;
  for (const part of root.querySelectorAll<HTMLElement>("[data-passkey-part]")) part.hidden = false;
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    const fault = form.querySelector<HTMLElement>("[data-passkey-fault]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (fault) fault.hidden = true;
      credentialFor(form, form.dataset["passkey"] as Kind)
        .then((credential) => {
          const field = form.elements.namedItem("credential") as HTMLInputElement;
          field.value = JSON.stringify((credential as PublicKeyCredential).toJSON());
          form.submit();
        })
        .catch(() => {
          if (fault) fault.hidden = false;
        });
    });
  }
}
