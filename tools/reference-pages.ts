/**
 * The pages of docs/ that are lists the program has anyway: settings, refusals, reasons. `node tools/reference-pages.ts`
 * writes them; the tidy test fails when they are out of date.
 */
import { writeFileSync } from 'node:fs';
import { CONFIG_KEYS } from '#server/config.ts';
import { DEAD_LETTER_REASONS, DROP_REASONS } from '#server/record/outcome.ts';
import { REJECTIONS } from '#server/record/rejections.ts';

export function configurationPage(): string {
  const rows = Object.entries(CONFIG_KEYS).map(
    ([key, [standard, what]]) => `| \`${key}\` | ${standard && `\`${standard}\``} | ${what} |`,
  );
  return `# Settings

All settings are environment variables, read once at the start. A name with the prefix \`TANDEM_\` that is not in this list
stops the start, so that a typing error cannot hide.

| Setting | Default | What it is |
|---|---|---|
${rows.join('\n')}

The bootstrap settings are honoured on the first start of a data directory only, for unattended installs. Without them the
first start prints a one-time link on which the administrator chooses a password.
`;
}

export function errorsPage(): string {
  const rejections = Object.entries(REJECTIONS).map(
    ([code, [status, sentence]]) => `| \`${code}\` | ${status} | ${sentence} |`,
  );
  const reasons = (table: Record<string, string>) =>
    Object.entries(table).map(([reason, sentence]) => `| \`${reason}\` | ${sentence} |`);
  return `# What a refusal means

A refused request is answered with the status below and \`{"error":{"code","message"},"detail":"…"}\`; the message says what
to change. At the ingest door refused records are on the Usage page as *rejected*, with the code as the reason.

| Code | Status | What to change |
|---|---|---|
${rejections.join('\n')}

A 503 with \`Retry-After\` is not a refusal: the server cannot take the request now (its disk is full, its store is away), has
kept nothing of it, and takes it when sent again.

## Dropped

Accepted and then not kept, by a rule:

| Reason | Why |
|---|---|
${reasons(DROP_REASONS).join('\n')}

## Dead letters

Accepted and kept aside, because they could not be processed. They are on the Usage page, where an administrator can read
them, drive them through again, or delete them:

| Reason | Why |
|---|---|
${reasons(DEAD_LETTER_REASONS).join('\n')}

## Discarded

What SDKs report that they threw away before sending (client reports), with the SDK's own word as the reason: \`sample_rate\`,
\`before_send\`, \`ratelimit_backoff\`, \`queue_overflow\`, \`network_error\` and others.
`;
}

if (import.meta.main) {
  writeFileSync('docs/configuration.md', configurationPage());
  writeFileSync('docs/errors.md', errorsPage());
}
