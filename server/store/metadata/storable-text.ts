/**
 * Postgres refuses U+0000 in text, SQLite keeps it. Senders may put it anywhere, and one such title must not
 * stop a batch for ever: both engines store U+FFFD in its place. Other values pass unchanged.
 */
export function storableText(parameter: unknown): unknown {
  return typeof parameter === 'string' && parameter.includes('\0')
    ? parameter.replaceAll('\0', '\uFFFD')
    : parameter;
}
