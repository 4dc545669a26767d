import { afterEach, expect, test, vi } from 'vitest';
import { ApiError, address, api, isPassing } from './client.ts';

afterEach(() => vi.unstubAllGlobals());
const answer = (response: () => Response | Promise<Response>) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => response()),
  );

test('an address holds what was asked and nothing empty', () => {
  expect(address('/issues', { query: 'is:new "a&b"', project: '', cursor: undefined, limit: 50 })).toBe(
    '/api/v1/issues?query=is%3Anew+%22a%26b%22&limit=50',
  );
  expect(address('/session')).toBe('/api/v1/session');
});

test('a refusal is thrown with the server’s own code and sentence', async () => {
  answer(() => Response.json({ error: { code: 'query_invalid', message: 'column 4: no' } }, { status: 400 }));
  await expect(api.issues({})).rejects.toMatchObject({
    status: 400,
    code: 'query_invalid',
    message: 'column 4: no',
  });
});

test('an answer of a proxy in between is told as what it is', async () => {
  answer(() => new Response('<html>Bad gateway</html>', { status: 502 }));
  await expect(api.session()).rejects.toMatchObject({ status: 502, message: expect.stringContaining('502') });
});

test('a server that is away is told from a refusal', async () => {
  answer(() => Promise.reject(new TypeError('fetch failed')));
  const error: unknown = await api.session().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(isPassing(error)).toBe(true);
  expect(isPassing(new ApiError(400, 'request_invalid', ''))).toBe(false);
  expect(isPassing(new ApiError(503, 'unavailable', ''))).toBe(true);
});

test('ids of strangers stay one segment of the path', async () => {
  answer(() => Response.json({}));
  await api.issue('../tokens?x=#y');
  expect(fetch).toHaveBeenCalledWith('/api/v1/issues/..%2Ftokens%3Fx%3D%23y', expect.anything());
});

test('nothing in the answer is no fault', async () => {
  answer(() => new Response(null, { status: 204 }));
  await expect(api.signOut()).resolves.toBeUndefined();
});
