/**
 * A violation of a Content Security Policy, in the two spellings browsers use: `csp-report` with dashes
 * (report-uri, CSP 2) and `csp-violation` in camel case (report-to, Reporting API). Both become the same event.
 * Source: https://www.w3.org/TR/CSP3/#violation-events and #deprecated-serialize-violation.
 */
import { reject } from '#server/record/rejections.ts';
import { type JsonObject, textOf } from './json.ts';

/** The event's field: its spelling by report-uri, by report-to. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  effective_directive: ['effective-directive', 'effectiveDirective'],
  blocked_uri: ['blocked-uri', 'blockedURL'],
  document_uri: ['document-uri', 'documentURL'],
  original_policy: ['original-policy', 'originalPolicy'],
  referrer: ['referrer'],
  status_code: ['status-code', 'statusCode'],
  violated_directive: ['violated-directive', 'violatedDirective'],
  source_file: ['source-file', 'sourceFile'],
  line_number: ['line-number', 'lineNumber'],
  column_number: ['column-number', 'columnNumber'],
  script_sample: ['script-sample', 'sample'],
  disposition: ['disposition'],
};

/** A whole policy is some thousand characters; each of its sources is looked at as an address. */
const DIRECTIVE_CHARS_MAX = 4_096;
const DIRECTIVE = /^[a-z]+(?:-[a-z]+)*$/;

/** Words for what a directive governs, where the directive itself is not the word. */
const SUBJECTS: ReadonlyMap<string, string> = new Map([
  ['img-src', 'image'],
  ['script-src-elem', 'script'],
  ['script-src-attr', 'script attribute'],
  ['style-src-elem', 'style'],
  ['style-src-attr', 'style attribute'],
  ['default-src', 'default-src'],
]);

/** Throws report_invalid when no directive can be found: then it is not a CSP report. */
export function cspEvent(report: JsonObject): JsonObject {
  const csp: JsonObject = {};
  for (const [field, spellings] of Object.entries(SPELLINGS)) {
    const value = spellings
      .map((spelling) => report[spelling])
      .find((one) => typeof one === 'string' || typeof one === 'number');
    if (value !== undefined) csp[field] = value;
  }
  const violated = (textOf(csp.violated_directive) ?? '').slice(0, DIRECTIVE_CHARS_MAX);
  // Firefox before 2022 sends no effective directive: it is the first word of the violated one.
  const directive = (textOf(csp.effective_directive) ?? violated).trim().split(/\s/, 1)[0]!.toLowerCase();
  if (!DIRECTIVE.test(directive)) throw reject('report_invalid', 'the CSP report names no directive');
  const blocked = textOf(csp.blocked_uri) ?? 'self';
  const page = textOf(csp.document_uri);
  const referrer = textOf(csp.referrer);
  const blockedHost = hostOf(blocked);
  return {
    type: 'csp',
    logger: 'csp',
    logentry: { formatted: messageOf(directive, blocked) },
    culprit: culpritOf(violated || directive, page),
    tags: [
      ['effective-directive', directive],
      ['blocked-uri', withoutQuery(blocked)],
      ...(blockedHost ? [['blocked-host', blockedHost]] : []),
    ],
    request: { url: page, headers: referrer ? [['Referer', referrer]] : [] },
    csp: { ...csp, effective_directive: directive, blocked_uri: blocked },
  };
}

function messageOf(directive: string, blocked: string): string {
  const subject = SUBJECTS.get(directive) ?? directive.replace(/-src$/, '');
  if (blocked === 'eval' || blocked === 'wasm-eval') return `Blocked eval() in '${subject}'`;
  if (blocked === 'inline' || isOwn(blocked)) return `Blocked inline '${subject}'`;
  return directive === 'form-action'
    ? `Blocked 'form' action to '${placeOf(blocked)}'`
    : `Blocked '${subject}' from '${placeOf(blocked)}'`;
}

/** The violated rule, with the page's own origin written `'self'` again, as some browsers spell it out. */
function culpritOf(violated: string, page: string | undefined): string {
  const own = page === undefined ? undefined : placeOf(page);
  const [directive, ...sources] = violated.trim().split(/\s+/);
  return [
    directive,
    ...sources.map((source) => (own !== undefined && placeOf(source) === own ? "'self'" : source)),
  ].join(' ');
}

function isOwn(uri: string): boolean {
  return uri === 'self' || uri === "'self'";
}

/** Host and port of a web address; of anything else the scheme, since browsers report `data` or `blob` alone. */
function placeOf(uri: string): string {
  if (isOwn(uri)) return "'self'";
  if (!uri.includes(':')) return /^[a-z][a-z0-9+-]*$/i.test(uri) ? `${uri}:` : uri;
  if (!URL.canParse(uri)) return uri;
  const { protocol, host } = new URL(uri);
  if (protocol === 'http:' || protocol === 'https:') return host;
  return host ? `${protocol}//${host}` : protocol;
}

function hostOf(uri: string): string | undefined {
  return /^https?:/i.test(uri) && URL.canParse(uri) ? new URL(uri).hostname : undefined;
}

/** A tag is shown and searched; query strings of blocked addresses carry other people's secrets. */
function withoutQuery(uri: string): string {
  return uri.split(/[?#]/, 1)[0]!;
}
