import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TRACE_CHARS_MAX } from './deciding-text.ts';
import { patternOf } from './pattern.ts';
import { TEMPLATE_CHARS_MAX } from './template-text.ts';
import { EVENTS } from './test-lines.ts';

const templateOf = (body: string) => patternOf(body).template;

describe('the lines of one event have one pattern', () => {
  it.each(EVENTS)('$template', ({ template, lines }) => {
    expect(lines.map(templateOf)).toEqual(lines.map(() => template));
    expect(new Set(lines.map((line) => patternOf(line).id)).size).toBe(1);
  });

  it('and different events have different ones', () => {
    expect(new Set(EVENTS.map(({ lines }) => patternOf(lines[0]!).id)).size).toBe(EVENTS.length);
  });
});

describe('each kind of value has its placeholder', () => {
  it.each([
    ['numbers', 'read -5 of 1,234 at 99.5% and 1e-7', 'read <num> of <num> at <num>% and <num>'],
    ['durations', 'took 12ms, then 1h2m3.5s, then 2 days', 'took <time>, then <time>, then <time>'],
    ['sizes', 'sent 1.5MB, got 12 KiB at 10MB/s', 'sent <size>, got <size> at <size>'],
    ['an ISO time', 'at 2026-11-22T10:00:00.123Z done', 'at <time> done'],
    ['a time with a zone', 'at 2026-11-22 10:00:00,123 +0200 done', 'at <time> done'],
    ['a date alone', 'due 22.11.2026 or 11/22/2026', 'due <time> or <time>'],
    ['an HTTP date', 'since Sun, 22 Nov 2026 10:00:00 GMT only', 'since <time> only'],
    ['a syslog date', 'Nov  2 10:00:09 gate: up', '<time> gate: up'],
    ['IPv4', 'to 10.0.0.1:80 from /10.0.0.2:5000', 'to <host> from /<host>'],
    ['IPv6', 'to fe80::1 from ::1', 'to <host> from <host>'],
    ['a version is no address', 'nginx/1.25.3 and v1.2.3-beta', 'nginx/<num> and v<num>'],
    ['MAC', 'leased to 00:1b:44:11:3a:b7', 'leased to <mac>'],
    ['host names', 'asked db-1.example.com:5432, localhost, DB.EXAMPLE.COM', 'asked <host>'],
    [
      'classes are no hosts',
      'in org.example.Net at com.example.Shop',
      'in org.example.Net at com.example.Shop',
    ],
    ['URLs', 'GET https://example.com/a?b=c failed.', 'GET <url> failed.'],
    ['e-mail addresses', 'sent to <bob.smith+x@mail.example.org>', 'sent to <<email>>'],
    ['UUIDs', 'order:123e4567-e89b-42d3-a456-426614174000', 'order:<uuid>'],
    ['long hex', 'digest 9f86d081884c7d659a2feaa0c55ad015', 'digest <hex>'],
    ['pointers', 'at 0x7ffe12', 'at <hex>'],
    ['short hex is a number, letters or not', 'commits 3f2a9b1, 1234567', 'commits <num>'],
    ['ids', 'blk_-1608999687919862906 of worker-3', '<id> of <id>'],
    ['random tokens', 'token Zk9xQ2vLr8PwT3', 'token <id>'],
    ['words with digits that are no values', 'utf8 over ipv6 with sha256', 'utf8 over ipv6 with sha256'],
    ['quoted text', `no key 'a b' in "x"`, 'no key <str> in <str>'],
    ['a sentence in quotes stays', 'said "The request timed out."', 'said "The request timed out."'],
    ['apostrophes', "can't open what isn't there", "can't open what isn't there"],
    ['paths', 'in /var/log/x.log:12, a/b/c and x-1.tar.gz', 'in <path>:<num>, <path> and <path>'],
    ['words with a slash', 'I/O error and/or time-out', 'I/O error and/or time-out'],
    ['places in sources', 'Orders.java:40 main.py:12', 'Orders.java:<num> main.py:<num>'],
    ['key=value', 'a=1 b = x c="y z" d= e=[1, 2] f=<nil>', 'a=<*> b = <*> c=<*> d= e=<*> f=<*>'],
    ['comparisons', 'a == 1 && b != 2 => c', 'a == <num> && b != <num> => c'],
    ['key: value of Python', "{'a': 1, 'b': None}", "{'a': <*>, 'b': <*>}"],
    ['booleans behind a colon', 'visible:true ready:no', 'visible:<*> ready:<*>'],
    ['lists', 'ids 1, 2, 3 and 4 - 5', 'ids <num> and <num>'],
    ['spaces that align', 'pages   12   free', 'pages <num> free'],
    ['names behind user', 'user alice, User: bob', 'user <name>, User: <name>'],
    [
      'words that are no names',
      'user not found, user preferences saved',
      'user not found, user preferences saved',
    ],
    ['names behind a host', 'host gate7 is down, host unreachable', 'host <host> is down, host unreachable'],
    ['names behind for', 'too many failures for alice', 'too many failures for <name>'],
    ['any language', 'Ключ 12 не найден, 订单12创建, 21.5°C', 'Ключ <num> не найден, 订单<num>创建, <num>°C'],
    ['hashes of Ruby', '{"id"=>"12", "a"=>nil}', '{"id"=><*>, "a"=><*>}'],
  ])('%s', (_, body, template) => {
    expect(templateOf(body)).toBe(template);
  });
});

describe('what decides', () => {
  it('is the first line', () => {
    expect(templateOf('\n  first 1\nsecond')).toBe('first <num>');
  });

  it('is all of a JSON object, however it is laid out', () => {
    expect(templateOf('{\n  "msg": "a",\n  "n": 1\n}')).toBe('{ "msg": "a", "n": <*> }');
  });

  it('is nothing for an empty body', () => {
    expect([templateOf(''), templateOf(' \n\t')]).toEqual(['', '']);
  });
});

describe('always', () => {
  const corpus = EVENTS.flatMap(({ lines }) => lines);

  it('the same body has the same pattern, whatever came before', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(corpus), fc.array(fc.string({ unit: 'binary' })), (lines, others) => {
        const bodies = [...lines, ...others];
        const forward = bodies.map(patternOf);
        const backward = bodies.toReversed().map(patternOf).toReversed();
        expect(backward).toEqual(forward);
      }),
    );
  });

  it('other digits make no other pattern', () => {
    const changeable = corpus.filter((line) => !line.includes('ssh2'));
    fc.assert(
      fc.property(
        fc.constantFrom(...changeable),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (line, digits) => {
          let at = 0;
          const other = line.replaceAll(/[1-9]/g, () => String(digits[at++ % digits.length]));
          expect(patternOf(other)).toEqual(patternOf(line));
        },
      ),
    );
  });

  it('the template of a template is itself', () => {
    for (const { template } of EVENTS) expect(templateOf(template)).toBe(template);
  });

  it('an id is a safe integer, and belongs to its template', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (body) => {
        const { id, template } = patternOf(body);
        expect(Number.isSafeInteger(id) && id >= 0).toBe(true);
        expect(template.length).toBeLessThanOrEqual(TEMPLATE_CHARS_MAX);
        expect(template.isWellFormed()).toBe(true);
      }),
    );
  });

  it('hostile text costs no more than its first kilobytes, and templates stay short', () => {
    const pieces = [
      '"',
      " 'a",
      'a=',
      'a= ',
      'a=[',
      '<',
      '\n',
      'A\n',
      '1',
      'a:b:',
      '/',
      '1.',
      '\\"',
      '{"msg":"',
      '{"a":[',
      'Mon ',
      '::',
      'a1:',
      '\ud800',
    ];
    for (const piece of pieces) {
      const long = patternOf(piece.repeat(1_000_000));
      const short = patternOf(
        piece.repeat(Math.ceil(TRACE_CHARS_MAX / piece.length)).slice(0, TRACE_CHARS_MAX),
      );
      expect(long).toEqual(short);
      expect(long.template.length).toBeLessThanOrEqual(TEMPLATE_CHARS_MAX);
    }
  });

  it('ids of a hundred thousand templates differ', () => {
    const ids = new Set<number>();
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    for (let at = 0; at < 100_000; at++) {
      const word = [1, 26, 676, 17_576].map((place) => letters[Math.floor(at / place) % 26]).join('');
      ids.add(patternOf(`task ${word} of the queue`).id);
    }
    expect(ids.size).toBe(100_000);
  });
});

it('v1 is frozen: these ids are in the stores of users', () => {
  expect(EVENTS.map(({ lines }) => patternOf(lines[0]!).id)).toMatchInlineSnapshot(`
    [
      2005009593709616,
      8726643017715901,
      2090946170031177,
      5731272804980732,
      1957916953434405,
      2348178875187518,
      7901150428415253,
      8806052906130896,
      6654274072958769,
      2806239567702166,
      7382640177127401,
      86379623757736,
      8548945938309641,
      2063653641357349,
      5115642848406102,
      8628104699617811,
      5807923310114404,
      6364381684409035,
      4417505161699745,
      7333830779208900,
      5441602936041421,
      3712058615014417,
      4234238254498579,
    ]
  `);
});
