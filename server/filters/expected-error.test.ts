/** One line per framework: the exception as its SDK sends it, and what it is. */
import { expect, test } from 'vitest';
import { ExpectedKind } from '#contract/filters.ts';
import type { EventPayload, ExceptionValue } from '#server/record/event.ts';
import { EXPECTED_KINDS } from '#server/record/expected.ts';
import { expectedKind } from './expected-error.ts';

const event = (top: ExceptionValue | null, more: Partial<EventPayload> = {}): EventPayload => ({
  event_id: '0d51cdd55d5a4ed6a4f2a4cbf2a4cbf2',
  type: 'error',
  timestamp: 0,
  received: 0,
  level: 'error',
  platform: 'node',
  tags: [],
  ...(top ? { exception: { values: [top] } } : {}),
  ...more,
});

test.each<[framework: string, ExceptionValue, kind: string | null]>([
  ['Django', { type: 'Http404', module: 'django.http.response' }, 'not_found'],
  ['Django', { type: 'PermissionDenied', module: 'django.core.exceptions' }, 'not_allowed'],
  ['Django', { type: 'DisallowedHost', module: 'django.core.exceptions' }, 'invalid_input'],
  ['Django REST', { type: 'Throttled', module: 'rest_framework.exceptions' }, 'rate_limited'],
  ['Flask', { type: 'NotFound', module: 'werkzeug.exceptions' }, 'not_found'],
  ['FastAPI', { type: 'RequestValidationError', module: 'fastapi.exceptions' }, 'invalid_input'],
  ['Starlette', { type: 'ClientDisconnect' }, 'disconnected'],
  ['asyncio', { type: 'CancelledError' }, 'cancelled'],
  ['Python', { type: 'BrokenPipeError', value: '[Errno 32] Broken pipe' }, 'disconnected'],
  ['Laravel', { type: 'Illuminate\\Validation\\ValidationException' }, 'invalid_input'],
  ['Laravel', { type: 'Illuminate\\Database\\Eloquent\\ModelNotFoundException' }, 'not_found'],
  ['Symfony', { type: 'Symfony\\Component\\HttpKernel\\Exception\\NotFoundHttpException' }, 'not_found'],
  ['Rails', { type: 'ActiveRecord::RecordNotFound' }, 'not_found'],
  ['Rails', { type: 'ActionController::InvalidAuthenticityToken' }, 'not_allowed'],
  [
    'Spring',
    { type: 'NoResourceFoundException', module: 'org.springframework.web.servlet.resource' },
    'not_found',
  ],
  ['Tomcat', { type: 'ClientAbortException', module: 'org.apache.catalina.connector' }, 'disconnected'],
  ['Express', { type: 'NotFoundError', value: 'Not Found' }, 'not_found'],
  ['NestJS', { type: 'BadRequestException' }, 'invalid_input'],
  ['Zod', { type: 'ZodError' }, 'invalid_input'],
  ['axios', { type: 'CanceledError', value: 'canceled' }, 'cancelled'],
  ['fetch', { type: 'AbortError', value: 'The user aborted a request.' }, 'cancelled'],
  ['Chrome', { type: 'TypeError', value: 'Failed to fetch' }, 'disconnected'],
  ['Safari', { type: 'TypeError', value: 'Load failed' }, 'disconnected'],
  ['Node', { type: 'Error', value: 'read ECONNRESET' }, 'disconnected'],
  ['webpack', { type: 'ChunkLoadError', value: 'Loading chunk 7 failed.' }, 'chunk_load'],
  [
    'Vite',
    { type: 'TypeError', value: 'Failed to fetch dynamically imported module: https://shop/a.js' },
    'chunk_load',
  ],
  ['browser', { type: 'Error', value: 'ResizeObserver loop limit exceeded' }, 'browser_noise'],
  ['Go', { type: '*errors.errorString', value: 'context canceled' }, 'cancelled'],
  ['Phoenix', { type: 'Phoenix.Router.NoRouteError' }, 'not_found'],
  ['ASP.NET', { type: 'Microsoft.AspNetCore.Http.BadHttpRequestException' }, 'invalid_input'],
  ['.NET', { type: 'System.OperationCanceledException' }, 'cancelled'],
  ['a real one', { type: 'TypeError', value: "Cannot read properties of undefined (reading 'id')" }, null],
  ['a real one', { type: 'DatabaseError', value: 'connection to the database was not found' }, null],
  ['a real one', { type: 'constructor', value: '__proto__' }, null],
])('%s: %j is %s', (_, top, kind) => {
  expect(expectedKind(event(top))).toBe(kind);
});

test.each([
  ['contexts.response', { contexts: { response: { status_code: 404 } } }, 'not_found'],
  ['a tag', { tags: [['http.status_code', '422']] as [string, string][] }, 'invalid_input'],
  ['a failure of the server', { contexts: { response: { status_code: 503 } } }, null],
  ['nonsense', { contexts: { response: { status_code: '404 or so' } } }, null],
])('the status that was answered, by %s', (_, more, kind) => {
  expect(expectedKind(event({ type: 'HttpError', value: 'no' }, more))).toBe(kind);
});

test('what crashed is not expected for the status it led to', () => {
  const crashed = event(
    { type: 'KeyError', mechanism: { handled: false } },
    { tags: [['http.status_code', '404']] },
  );
  expect(expectedKind(crashed)).toBeNull();
});

test('only the exception on top counts', () => {
  const values = [{ type: 'AbortError' }, { type: 'PaymentError', value: 'not paid' }];
  expect(expectedKind(event(null, { exception: { values } }))).toBeNull();
});

test('the API names the kinds that there are', () => {
  expect(ExpectedKind.options).toEqual(EXPECTED_KINDS);
});
