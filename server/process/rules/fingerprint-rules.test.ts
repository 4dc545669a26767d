/** The examples of docs.sentry.io/concepts/data-management/event-grouping/fingerprint-rules/, and what goes wrong. */
import { describe, expect, it } from 'vitest';
import { groupV1 } from '#server/process/group/group-v1.ts';
import { titleOf } from '#server/process/group/title.ts';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import type { EventPayload } from '#server/record/event.ts';
import { readFingerprintRules } from './fingerprint-rules.ts';
import { groupingRules } from './grouping-rules.ts';

const EVENT: EventPayload = {
  event_id: 'a'.repeat(32),
  timestamp: 1,
  received: 1,
  type: 'error',
  platform: 'python',
  level: 'error',
  logger: 'com.myapp.mypackage.pay',
  transaction: '/checkout',
  release: 'shop@1.4.0',
  sdk: { name: 'sentry.python', version: '2.0.0' },
  tags: [
    ['server_name', 'canary-7.mycompany.internal'],
    ['browser.name', 'Firefox'],
  ],
  logentry: { formatted: 'System encountered a fatal problem: disk' },
  exception: {
    values: [
      { type: 'OSError', value: 'no route to host' },
      {
        type: 'ConnectionError',
        value: 'Connection error (code: 7)',
        stacktrace: {
          frames: [
            { function: 'main', module: 'app.main', filename: 'main.py', abs_path: '/srv/app/main.py' },
            { function: 'connect', module: 'bot.net', filename: 'src/my-utils/net.py', in_app: true },
            { function: 'send', module: 'http', package: '/usr/lib/libcurl.so' },
          ],
        },
      },
    ],
  },
};

function matched(rules: string, event: Partial<EventPayload> = {}): string[] | undefined {
  const copy = structuredClone({ ...EVENT, ...event });
  const ready = groupingRules({ fingerprint: rules, stackTrace: '' });
  markInApp(copy, ready?.stack);
  return ready?.fingerprint(copy)?.fingerprint;
}

describe('matchers', () => {
  it.each([
    ['error.type:ConnectionError', true],
    ['type:ConnectionError', true],
    ['error.type:connectionerror', false],
    ['error.type:OSError', true],
    ['error.value:"connection error (code: *)"', true],
    ['value:"*ROUTE*"', true],
    ['message:"system encountered a fatal problem: *"', true],
    ['message:"*no route*"', true],
    ['logger:"com.myapp.mypackage.*"', true],
    ['logger:COM.*', false],
    ['level:ERROR', true],
    ['level:warning', false],
    ['tags.server_name:"canary-*.mycompany.internal"', true],
    ['tags.browser.name:Firefox', true],
    ['tags.nothing:*x*', false],
    ['stack.abs_path:"**/my-utils/*.py"', true],
    ['path:**/MAIN.py', true],
    ['stack.module:"bot.*"', true],
    ['stack.function:"connect"', true],
    ['stack.package:"**/libcurl.so"', true],
    ['family:other', true],
    ['family:javascript,native', false],
    ['family:all', true],
    ['release:shop@1.4.*', true],
    ['sdk:sentry.python', true],
    ['sdk:sentry.javascript.node,sentry.python', true],
    ['sdk:sentry', false],
    ['app:yes stack.function:connect', true],
    // Of one frame, or of one exception, all must be true.
    ['app:yes stack.function:send', false],
    ['stack.function:connect stack.module:app.main', false],
    ['error.type:OSError error.value:"*code*"', false],
    ['error.type:ConnectionError stack.function:connect stack.module:bot.net', true],
    ['!level:warning', true],
    ['!logger:com.*', false],
    ['"tags.browser.name":Firefox', true],
  ])('%s: %s', (rule, expected) => {
    expect(matched(`${rule} -> it`)).toEqual(expected ? ['it'] : undefined);
  });

  it('asks of an exception that it is no other one, as Sentry does', () => {
    const one = { exception: { values: [{ type: 'ConnectionError' }] } };
    expect(matched('!error.type:ConnectionError -> it', one)).toBeUndefined();
    // The chain has an OSError, which is no ConnectionError.
    expect(matched('!error.type:ConnectionError -> it')).toEqual(['it']);
    // And of frames where there are none, nothing can be said.
    expect(matched('!stack.function:main -> it', one)).toBeUndefined();
  });

  it('takes the first rule that matches', () => {
    expect(matched('type:Nothing -> a\nlevel:error -> b\ntype:ConnectionError -> c')).toEqual(['b']);
  });
});

describe('fingerprints', () => {
  it.each([
    ['type:X -> system-down', ['system-down'], null],
    ['type:X -> connection-error, {{ transaction }}', ['connection-error', '{{ transaction }}'], null],
    ['type:X -> {{default}} {{ tags.server_name }}', ['{{ default }}', '{{ tags.server_name }}'], null],
    ['type:X -> "two words", "{{ level }}"', ['two words', '{{ level }}'], null],
    [
      'logger:my.package.* level:error -> error-logger, {{ logger }} title="Error from Logger {{ logger }}"',
      ['error-logger', '{{ logger }}'],
      'Error from Logger {{ logger }}',
    ],
    ['type:X -> a title="say \\"no\\""', ['a'], 'say "no"'],
  ])('%s', (line, fingerprint, title) => {
    expect(readFingerprintRules(`# a comment\n\n  ${line}`)).toMatchObject({
      rules: [{ line: 3, text: line, fingerprint, title }],
      problems: [],
    });
  });

  it('decides the group, before what the sender says, and says so', () => {
    const rules = groupingRules({
      fingerprint:
        'error.type:ConnectionError -> down, {{ tags.server_name }} title="No connection of {{ transaction }}"',
      stackTrace: '',
    });
    const event = structuredClone({ ...EVENT, fingerprint: ['mine'] });
    markInApp(event, rules?.stack);
    expect(groupV1(event, rules)).toMatchObject({
      fingerprint: ['down', 'canary-7.mycompany.internal'],
      fingerprintRule: expect.stringContaining('error.type:ConnectionError -> down'),
      variants: [{ key: 'custom_fingerprint', hint: 'a rule of the project set the fingerprint' }],
    });
    // MD5 of `downcanary-7.mycompany.internal`, as Sentry has it.
    expect(groupV1(event, rules).hashes).toEqual(
      groupV1({ ...event, fingerprint: ['down', 'canary-7.mycompany.internal'] }).hashes,
    );
    expect(titleOf(event, rules).title).toBe('No connection of /checkout');
    expect(titleOf(event).title).toBe('ConnectionError: Connection error (code: 7)');
  });

  it('refines what grouping finds by itself', () => {
    const rules = groupingRules({
      fingerprint: 'type:ConnectionError -> {{ default }}, {{ level }}',
      stackTrace: '',
    });
    const plain = groupV1(structuredClone(EVENT));
    const refined = groupV1(structuredClone(EVENT), rules);
    expect(refined.variants.map(({ key }) => key)).toEqual(plain.variants.map(({ key }) => key));
    expect(refined.hashes).toEqual(
      groupV1({ ...structuredClone(EVENT), fingerprint: ['{{ default }}', 'error'] }).hashes,
    );
  });
});

describe('what is wrong, and where', () => {
  it.each([
    ['error.tipe:X -> a', 1, 'error.tipe is no matcher; there are error.type'],
    ['type:X', 7, 'expected -> and a fingerprint, found the end of the line'],
    ['-> a', 1, 'a rule needs a matcher before the ->'],
    ['type:X ->', 10, 'expected a fingerprint after the ->'],
    ['type:X -> {{ tarnsaction }}', 11, '{{ tarnsaction }} is no variable'],
    ['type:X -> a titel="b"', 13, 'titel is no attribute; there is title'],
    ['type:X -> a title="{{ default }}"', 20, 'a title has no {{ default }}'],
    ['type:"X -> a', 6, 'the " is not closed'],
    ['app:maybe -> a', 5, 'app is yes or no'],
    ['family:javascript,natif -> a', 19, 'natif is no family'],
    ['message:"*[" -> a', 11, 'the [ is not closed'],
    ['what is this', 5, 'expected a : after what'],
    ['message:"*" -> all', 10, 'message:* matches everything'],
  ])('%s: column %i', (line, column, message) => {
    const [problem] = readFingerprintRules(`type:Y -> ok\n${line}`).problems;
    expect(problem).toMatchObject({ line: 2, column, message: expect.stringContaining(message) });
  });

  it('keeps the rules of the lines that have no problem', () => {
    const { rules, problems } = readFingerprintRules('type:A -> a\nnonsense\ntype:B -> b');
    expect(rules.map(({ line }) => line)).toEqual([1, 3]);
    expect(problems).toMatchObject([{ line: 2, isWarning: false }]);
  });

  it('warns of a rule that leaves nothing to those below it', () => {
    expect(readFingerprintRules('level:* -> all\ntype:A -> a').problems).toMatchObject([
      { line: 1, column: 7, isWarning: true },
      { line: 1, message: expect.stringContaining('never asked'), isWarning: true },
    ]);
  });

  it.each([
    ['characters', 'x'.repeat(65_537), 'longer than 65536 characters'],
    ['rules', 'type:A -> a\n'.repeat(501), 'more than 500 rules'],
    ['a line', `type:${'x'.repeat(2_000)} -> a`, 'the line is longer than 2000 characters'],
    ['matchers', `${'type:A '.repeat(21)}-> a`, 'more than 20 matchers'],
    ['values', `type:A -> ${'a, '.repeat(21)}`, 'more than 20 values'],
    [
      'stars in all',
      'message:"*a*b*c*d*e*" -> a\n'.repeat(400),
      'more than 2000 stars in all rules together',
    ],
    ['stars', `message:"${'*a'.repeat(21)}" -> a`, 'more than 20 stars'],
  ])('is bounded in %s', (_, text, message) => {
    const { problems } = readFingerprintRules(text);
    expect(problems[0]).toMatchObject({ message: expect.stringContaining(message), isWarning: false });
  });

  it('reads whatever it is given without falling over', () => {
    let seed = 11;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return Math.floor((seed / 2_147_483_647) * below);
    };
    const parts = [
      'type:',
      'X',
      ' ',
      '"',
      '\\',
      '->',
      '{{',
      '}}',
      'default',
      '[',
      ']',
      '*',
      '!',
      '#',
      '\n',
      ',',
      '\u0000',
      'é',
      '|',
      'tags.',
    ];
    for (let turn = 0; turn < 5_000; turn++) {
      const text = Array.from({ length: 1 + random(14) }, () => parts[random(parts.length)]).join('');
      const { rules, problems } = readFingerprintRules(text);
      for (const { matchers, fingerprint } of rules)
        expect(matchers.length > 0 && fingerprint.length > 0).toBe(true);
      for (const { line, column } of problems) expect(line > 0 && column > 0).toBe(true);
      groupV1(structuredClone(EVENT), groupingRules({ fingerprint: text, stackTrace: '' }));
    }
  });
});
