/**
 * The contract a protocol fulfils. A protocol turns bytes into records and nothing else: it knows no journal,
 * no store and no other protocol. The door (`ingest.ts`) authenticates, admits, journals and answers.
 */

import type { Rejection, Unavailable } from '#server/platform/rejection.ts';
import type { AcceptedRequest, LaneName } from '#server/record/accepted.ts';
import type { OutcomeCount, RecordKind } from '#server/record/outcome.ts';

export interface IngestRequest {
  method: string;
  /** Path without query, as matched. */
  path: string;
  /** Route parameters, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Lower-case names; repeated headers joined by ", ". */
  headers: Readonly<Record<string, string>>;
  /** After decompression, within the size limits. */
  body: Buffer;
  clientIp: string;
  receivedAt: number;
  /**
   * Undoes a compression inside of the body, within what all bodies together may take of the memory. Throws a
   * Rejection (encoding_invalid, decompressed_too_large, compression_ratio) or Unavailable.
   */
  unpack(part: Buffer, encoding: 'gzip' | 'deflate' | 'zstd', bytesMax: number): Promise<Buffer>;
}

/** How the sender says who it is; the door resolves it to an ingest key and project. */
export interface Credentials {
  /** 32 hex public keys named anywhere in the request; all must agree. */
  keys: string[];
  /** Project id as named in the address or DSN, if any. */
  project?: string;
}

/** What a decoder makes of a request. */
export interface Decoded {
  /** Without project, key, receivedAt and clientIp: the door knows those. */
  request: Pick<
    AcceptedRequest,
    'sentAt' | 'eventId' | 'userAgent' | 'trace' | 'sdk' | 'imported' | 'records'
  >;
  /** Ledger lines for what was in the body but is not kept; project, key and time are filled in by the door. */
  counts: Pick<OutcomeCount, 'kind' | 'outcome' | 'reason' | 'quantity' | 'bytes'>[];
  /** What the sender must hear though the rest of the request was taken. */
  remark?: string;
}

/** Records of one kind that a request holds, as far as that shows before they are decoded. */
export type Held = Pick<OutcomeCount, 'kind' | 'quantity' | 'bytes'>;

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

/** What the door tells the protocol to put into its answer. */
export interface Verdict {
  /** Kinds that were refused by quota or back-pressure though the rest was taken; empty when all was taken. */
  limited: Limit[];
}

/** Codes of record/rejections.ts for what may come later. */
export type LimitCode = 'rate_limited' | 'quota_exceeded' | 'overloaded';

/** One limit in force for this key. The protocol spells it its own way (X-Sentry-Rate-Limits, 429, ...). */
export interface Limit {
  /** Empty: every kind. */
  kinds: RecordKind[];
  retryAfterSeconds: number;
  scope: 'organization' | 'project' | 'key';
  reason: string;
  /** Which limit it is, for a person: in the sentence of a refusal. */
  detail?: string;
}

/** Hands a frame to the journal of a lane; resolves when it is durable. Throws Unavailable. */
export type Append = (lane: LaneName, parts: readonly Uint8Array[]) => Promise<void>;

/** What an answer may depend on. The door always gives it. */
export type Asked = Pick<IngestRequest, 'headers'>;

export interface Route {
  method: 'GET' | 'POST';
  /** Fastify path, e.g. `/api/:project/envelope/`. A path with a trailing slash is served without it too. */
  path: string;
  /** Smaller than the server's own limit, when this route needs less. Bytes, before and after decompression. */
  bodyBytesMax?: number;
  /** Who sends. May look into the body (an envelope header can carry the DSN). Throws Rejection. */
  credentials(request: IngestRequest): Credentials;
  /** What the request holds by its framing alone: so a refused one is counted by kind, at next to no cost. Never throws. */
  holds(request: IngestRequest): Held[];
  /** Bytes to records. Throws Rejection when nothing of the body can be used. */
  decode(request: IngestRequest): Decoded | Promise<Decoded>;
  /** The answer to a durable request, for protocols that answer in the form they were asked in with the request. */
  answer(decoded: Decoded, verdict: Verdict, request?: Asked): Answer;
}

export interface Protocol {
  /** Folder name: `sentry`. */
  name: string;
  /** What whoever follows its set-up guides waits for. */
  sends: 'events' | 'logs';
  /** CORS for browsers, when the protocol is spoken by them. */
  cors?: { allowHeaders: string; exposeHeaders: string; maxAgeSeconds: number };
  routes: Route[];
  /** How a refusal looks in this protocol, for some in the form they were asked in. */
  refuse(error: Rejection | Unavailable, limits: Limit[], request?: Asked): Answer;
}
