import { expect, test } from 'vitest';
import { SetupGuide } from '#contract/filters.ts';
import { parseSetupGuides, readSetupGuides } from './setup-guides.ts';

const DSN = 'https://a1b2c3d4e5f60718293a4b5c6d7e8f90@tandem.example:4000/errors/7';
const guides = readSetupGuides([{ name: 'sentry', sends: 'events' }])(DSN);

test('every guide has the shape of the API, an id of its own and the project filled in', () => {
  expect(guides.map((guide) => SetupGuide.parse(guide))).toEqual(guides);
  expect(new Set(guides.map(({ id }) => id)).size).toBe(guides.length);
  expect(guides.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['node', 'browser', 'python', 'go', 'java', 'php', 'ruby', 'dotnet']),
  );
  for (const { id, steps } of guides) {
    const code = steps.map((step) => step.code).join('\n');
    expect(code, id).not.toContain('{{');
    expect(code, id).toMatch(/https:\/\/(a1b2c3d4e5f60718293a4b5c6d7e8f90@)?tandem\.example:4000\/errors\//);
  }
});

test('every guide of a protocol for logs can be filled in, with the name of the host where there is no address', () => {
  const logs = readSetupGuides(
    ['loki', 'jsonl', 'syslog', 'python'].map((name) => ({ name, sends: 'logs' })),
  )(DSN);
  for (const { id, steps } of logs) expect(steps.map(({ code }) => code).join('\n'), id).not.toContain('{{');
  expect(logs.find(({ id }) => id === 'syslog')!.steps.at(-1)!.code).toContain(
    '--server tandem.example --port 5514',
  );
});

test('every guide of an SDK shows how to send lines of logs', () => {
  const withoutSdk = ['csp', 'cron', 'curl'];
  for (const { id, steps } of guides.filter((guide) => !withoutSdk.includes(guide.id)))
    expect([id, steps.at(-1)!.text]).toEqual([id, expect.stringMatching(/[Ll]ines of|writes is sent/)]);
});

test('what is pasted in four steps: install, start, try, logs', () => {
  expect(guides[0]).toMatchObject({
    id: 'node',
    name: 'Node.js',
    steps: [
      { text: 'Install the SDK.', language: 'sh', code: 'npm install @sentry/node' },
      { language: 'js', code: `import * as Sentry from '@sentry/node';\nSentry.init({ dsn: '${DSN}' });` },
      { language: 'sh' },
      { language: 'js', code: expect.stringContaining('Sentry.logger.info(') },
    ],
  });
});

test('addresses without an SDK name the prefix, the project and the key', () => {
  expect(guides.find(({ id }) => id === 'csp')?.steps[0]?.code).toBe(
    'report-uri https://tandem.example:4000/errors/api/7/security/?sentry_key=a1b2c3d4e5f60718293a4b5c6d7e8f90',
  );
});

test('a heading without id, or without steps, is found at once', () => {
  expect(() => parseSetupGuides('## Node\n\nHi.\n\n```sh\nx\n```\n', 'events')).toThrow(
    'BUG: a guide begins with',
  );
  expect(() => parseSetupGuides('## node Node.js\n\nHi.\n', 'events')).toThrow(
    'BUG: the guide node has no steps',
  );
});
