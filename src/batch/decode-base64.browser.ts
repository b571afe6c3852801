/** The bytes of base64 that is known to be correct. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const units = atob(text);
  const bytes = new Uint8Array(units.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = units.charCodeAt(index);
  return bytes;
}
