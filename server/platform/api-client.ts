/** Asks a Tandem for JSON with a token, patiently. What it refuses is a sentence for the person at the keyboard. */
import { NoAnswer, patientFetch } from './patient-fetch.ts';

/** Of one answer. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** The server refuses: status, and its own sentence. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Nothing more can be asked of it. */
export class ServerProblem extends Error {}

export interface ApiClient {
  /** Throws Refused for what is wrong with this request, ServerProblem for what is wrong with all. */
  ask<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>;
}

export function createApiClient(options: {
  /** Without a slash at its end. */
  url: string;
  token: string;
  patienceMs: number;
  say: (sentence: string) => void;
}): ApiClient {
  const { url, token, patienceMs, say } = options;
  return {
    async ask<Answer>(method: 'GET' | 'POST', path: string, body?: unknown) {
      const { status, text } = await patientFetch(new URL(`${url}${path}`), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...{ patienceMs, bytesMax: ANSWER_BYTES_MAX, onWait: say },
      }).catch((error: unknown) => {
        throw error instanceof NoAnswer ? new ServerProblem(`${error.message}.`, { cause: error }) : error;
      });
      if (status === 401 || status === 403)
        throw new ServerProblem(
          `${url} does not let this token do that (${status}): ${sentenceIn(text)} It needs project:admin.`,
        );
      if (status >= 500 || (status >= 300 && status < 400))
        throw new ServerProblem(`${url}${path} answers ${status}: ${sentenceIn(text)}`);
      if (status >= 400) throw new Refused(status, sentenceIn(text));
      try {
        return JSON.parse(text) as Answer;
      } catch (cause) {
        throw new ServerProblem(`${url}${path} answers with no JSON. Is that the address of Tandem?`, {
          cause,
        });
      }
    },
  };
}

function sentenceIn(text: string): string {
  try {
    const { error } = JSON.parse(text);
    return String(error.message ?? error);
  } catch {
    return text.slice(0, 300).replaceAll(/\s+/g, ' ');
  }
}
