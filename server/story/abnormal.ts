/**
 * Whether a line tells that something is wrong, what it is, and how likely such a thing is the cause of an error rather
 * than its echo. The table is data: another spelling is a word here and a line in the test. Texts are senders': every
 * pattern is linear and looks at the beginning of a body only.
 */
import type { LogLevel } from '#contract/logs.ts';
import type { StoryLine } from './story-line.ts';

export interface Abnormal {
  kind: string;
  /** 0 to 1. */
  weight: number;
  /** As in `payments began answering 503`; empty: it is told by what the line says. */
  words: string;
  /** The status that tells it from lines of the same pattern which tell of success. */
  status: string;
  /** The attribute that says it, or `BODY`; empty: there is no status. */
  statusIn: string;
}

/** The status is among the words. No attribute is called so. */
export const BODY = '(body)';

/** A statement or a stack may follow; what is wrong is said at the beginning. */
const CHARS_LOOKED_AT = 1_000;

interface Sign {
  kind: string;
  weight: number;
  /** The lowest level at which words alone are believed: at info a service also tells of what it is set to. */
  least: 'any' | 'warn';
  words: RegExp;
}

const SIGNS: readonly Sign[] = [
  {
    kind: 'certificate',
    weight: 1,
    least: 'any',
    words:
      /certificate (?:has |is )?(?:expired|not yet valid|verify failed|unknown|revoked)|cert_has_expired|certificate_verify_failed|unable to (?:verify|get local issuer)|x509:|self[- ]signed certificate|depth_zero_self_signed|ssl handshake failed|tls handshake (?:failed|error)|certificate (?:verification|validation) failed|certificate.{0,80}\bexpired\b/i,
  },
  {
    kind: 'memory',
    weight: 1,
    least: 'any',
    words:
      /out of memory|\boom[- _]?kill|oomkilled|heap (?:limit|out)|cannot allocate memory|memoryerror|memory limit exceeded|\bexit(?:ed)?\b.{0,30}\b137\b|\bsigabrt\b|killed by signal 9|\bsigkill\b|javascript heap|gc overhead limit|outofmemoryerror/i,
  },
  {
    kind: 'pool',
    weight: 1,
    least: 'any',
    words:
      /pool (?:is )?(?:exhausted|full|limit|timed? ?out|timeout)|queuepool limit|too many (?:connections|clients|open files)|no (?:available|free) connections?|connection pool.{0,40}(?:exhaust|time|full|empty)|remaining connection slots|timeout (?:exceeded )?when trying to connect|unable to acquire a connection|emfile/i,
  },
  {
    kind: 'refused',
    weight: 1,
    least: 'any',
    words:
      /econnrefused|connection refused|actively refused|connect refused|econnreset|connection reset|socket hang up|broken pipe|epipe|ehostunreach|enetunreach|no route to host|host (?:is )?unreachable|enotfound|eai_again|getaddrinfo|name or service not known|name resolution|no such host|could not resolve host|server closed the connection|connection (?:was )?closed (?:unexpectedly|by)|connection aborted|remotedisconnected|\bfetch failed|failed to fetch|\bnetwork ?error\b/i,
  },
  {
    kind: 'memory',
    weight: 0.9,
    least: 'warn',
    words:
      /\b(?:memory|heap|rss)\b.{0,40}\b(?:usage|pressure|high|low|above|over|exceed(?:s|ed|ing)?|grow(?:s|n|ing)?|leak(?:s|ed|ing)?)\b|\b(?:high|low|leaking)\b.{0,20}\bmemory\b/i,
  },
  {
    kind: 'disk',
    weight: 1,
    least: 'any',
    words:
      /no space left|\benospc\b|disk (?:is )?full|disk quota exceeded|read-only file ?system|i\/o error/i,
  },
  {
    kind: 'lock',
    weight: 1,
    least: 'any',
    words:
      /deadlock (?:detected|found)|lock wait timeout|database is locked|could not obtain lock|lock timeout|could not serialize access/i,
  },
  {
    kind: 'timeout',
    weight: 1,
    least: 'any',
    words:
      /timed[ -]out|timeout (?:exceeded|expired|error|of \d+ ?ms exceeded|after|while|reached|waiting)|\betimedout\b|\besockettimedout\b|deadline[_ ]exceeded|canceling statement|readtimeout|connecttimeout|timeouterror|operation was aborted due to timeout/i,
  },
  {
    kind: 'timeout',
    weight: 1,
    least: 'warn',
    words: /time-?out|too slow|took too long|slow quer|slow request|still running|\baborted\b/i,
  },
  {
    kind: 'limit',
    weight: 0.9,
    least: 'any',
    words: /rate limit(?:ed)? (?:exceeded|reached|hit)|too many requests|quota exceeded|throttl(?:ed|ing)/i,
  },
  {
    kind: 'configuration',
    weight: 0.95,
    least: 'warn',
    words:
      /(?:missing|invalid|unknown|bad|wrong|no|not set|undefined)\b.{0,40}\b(?:config\w*|setting|environment variable|env var|option|api key|secret|credential\w*)|(?:config\w*|setting|environment variable|env var|api key|secret|credential\w*)\b.{0,60}\b(?:missing|invalid|not set|not found|malformed|wrong|unset|undefined|mismatch)|misconfigur|feature flag.{0,40}(?:missing|unknown)/i,
  },
  {
    kind: 'crash',
    weight: 0.9,
    least: 'warn',
    words:
      /segfault|sigsegv|core dumped|\bpanic\b|crash|restart|\bunhealthy\b|(?:readiness|liveness) probe failed|back-?off|exited with (?:code|status) [1-9]|circuit breaker.{0,20}open|circuit (?:is )?open|no healthy upstream|unavailable/i,
  },
  {
    kind: 'message',
    weight: 0.85,
    least: 'warn',
    words:
      /poison|dead[- _]?letter|redeliver|delivery attempt|(?:cannot|could not|failed to|unable to) (?:parse|decode|deserialize|decode)|malformed|invalid (?:json|payload|message|utf-?8)|unexpected (?:token|end of)|schema (?:mismatch|violation|validation)|parse error/i,
  },
  {
    kind: 'access',
    weight: 0.85,
    least: 'warn',
    words:
      /access denied|permission denied|authentication failed|invalid (?:credentials|token|signature|api key)|token (?:has )?expired|unauthori[sz]ed|forbidden/i,
  },
];

/** Names of attributes that hold the status of an answer: OpenTelemetry's old and new, loggers', access logs'. */
const STATUS_NAMES = [
  'http.response.status_code',
  'http.status_code',
  'http_status_code',
  'http.response.status',
  'status_code',
  'statusCode',
  'http_status',
  'upstream_status',
  'response.status',
  'res.statusCode',
  'status',
  'code',
] as const;

/** A status in words: `-> 503`, `HTTP/1.1" 503`, `answered 503`, `status=503`, `POST /pay 503`, `503 Service Unavailable`. */
const STATUS_IN_WORDS =
  /(?:\bstatus(?:[ _-]?code)?["']?(?:\s+(?:of|was|is))?\s*[:=]?\s*|\bHTTP(?:\/\d(?:\.\d)?)?"?\s+|\b(?:answer(?:ed|s|ing)?|return(?:ed|s|ing)?|respond(?:ed|s|ing)?(?: with)?|replied(?: with)?|got|received|code|error)[: ]\s*(?:an? )?(?:http )?|(?:->|=>|→)\s*|"\s+|\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+\S{1,300}\s+)["']?([45]\d\d)\b|\b(5\d\d) (?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)/i;

/** An access log of its own: what was asked is a path here, and an address where somebody else was asked. */
const OWN_STATUS_IN_WORDS =
  /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+\/\S{0,300}(?:\s+HTTP\/\d(?:\.\d)?)?"?\s+([45]\d\d)\b/;

const GRPC_STATUS: Readonly<Record<string, string>> = {
  '4': 'DEADLINE_EXCEEDED',
  '8': 'RESOURCE_EXHAUSTED',
  '13': 'INTERNAL',
  '14': 'UNAVAILABLE',
};

const RANK: Record<LogLevel, number> = {
  unknown: 0,
  trace: 1,
  debug: 2,
  info: 3,
  warn: 4,
  error: 5,
  fatal: 6,
};

/** Null: nothing in it says that something is wrong. */
export function abnormalOf(
  line: Pick<StoryLine, 'kind' | 'severity' | 'body' | 'attributes'>,
): Abnormal | null {
  const { severity, attributes } = line;
  const body = line.body.slice(0, CHARS_LOOKED_AT);
  const status = statusOf(attributes, body);
  const isWarned = RANK[severity] >= RANK.warn || line.kind === 'span' || line.kind === 'error';
  const said = [body, ...saidOf(attributes)].join('\n');
  const sign = SIGNS.find(({ least, words }) => (least === 'any' || isWarned) && words.test(said));
  const { code = '', foundIn = '' } = status ?? {};
  const told = { status: code, statusIn: foundIn };
  if (status && Number(code) >= 500)
    return { kind: 'status', weight: 1, words: status.isOwn ? `answering ${code}` : '', ...told };
  if (sign) return { kind: sign.kind, weight: sign.weight, words: '', ...told };
  const grpc = GRPC_STATUS[String(attributes['rpc.grpc.status_code'] ?? '')];
  if (grpc) return { kind: 'status', weight: 1, words: `answering ${grpc}`, status: '', statusIn: '' };
  if (code === '429') return { kind: 'limit', weight: 0.9, words: 'answering 429', ...told };
  if (severity === 'fatal') return { kind: 'fatal', weight: 0.85, words: '', status: '', statusIn: '' };
  if (severity === 'error') return { kind: 'error', weight: 0.6, words: '', ...told };
  if (severity === 'warn') return { kind: 'warning', weight: 0.4, words: '', ...told };
  if (status) return { kind: 'refusal', weight: 0.35, words: `answering ${code}`, ...told };
  return null;
}

/** Attributes that say in words what went wrong. */
const WORDS_IN = [
  'error',
  'err',
  'error.type',
  'error.message',
  'exception.type',
  'exception.message',
  'reason',
  'err.code',
  'otel.status_description',
];

function saidOf(attributes: Readonly<Record<string, unknown>>): string[] {
  return WORDS_IN.flatMap((name) => {
    const value = attributes[name];
    if (value === undefined || value === null) return [];
    return [(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, CHARS_LOOKED_AT)];
  });
}

/** `isOwn`: it is what this service answered, as far as the name tells. */
function statusOf(
  attributes: Readonly<Record<string, unknown>>,
  body: string,
): { code: string; isOwn: boolean; foundIn: string } | null {
  for (const name of STATUS_NAMES) {
    const value = attributes[name];
    if (typeof value !== 'number' && typeof value !== 'string') continue;
    const code = String(value);
    if (/^[45]\d\d$/.test(code)) return { code, isOwn: name !== 'upstream_status', foundIn: name };
    if (/^[123]\d\d$/.test(code)) return null;
  }
  const own = OWN_STATUS_IN_WORDS.exec(body)?.[1];
  if (own) return { code: own, isOwn: true, foundIn: BODY };
  const found = STATUS_IN_WORDS.exec(body);
  const code = found?.[1] ?? found?.[2];
  return code ? { code, isOwn: false, foundIn: BODY } : null;
}
