/** Bytes of a dead letter as text to look at: what is not text becomes a visible sign, and nothing can act. */
export function printable(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { fatal: false }).decode(bytes);
  return text.replaceAll(/[^\P{Cc}\t\n]/gu, signOf);
}

/** The control pictures of Unicode, so that a NUL or an escape is seen and not obeyed. */
function signOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '\ufffd';
}
