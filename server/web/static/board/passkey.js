// Passkeys as the browser has them: bytes there, base64url on the wire.

/** A passkey answers to a host name, and an address of numbers is none. */
export const canAnswer = () =>
  "credentials" in navigator && !/^[\d.]+$|^\[/.test(location.hostname);

/** What a passkey of this site answers; rejects where there is none, or nobody touched it. */
export async function answered(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
  const { id, response } = await navigator.credentials.get({ publicKey });
  return {
    id,
    client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
  };
}

/** A new passkey under this name. */
export async function made(options, name) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: options.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
  };
  const { id, response } = await navigator.credentials.create({ publicKey });
  return {
    id,
    client_data: text(response.clientDataJSON),
    attestation: text(response.attestationObject),
    name,
  };
}

const bytes = (encoded) =>
  Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
