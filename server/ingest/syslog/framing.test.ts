import { describe, expect, test } from 'vitest';
import { seededRandom } from '#server/ingest/test-random.ts';
import { type FramedMessage, Framing, MESSAGE_BYTES_MAX } from './framing.ts';

/** The line feed before a silence is taken off by whoever reads the message. */
const textOf = ({ bytes, isCut }: FramedMessage) =>
  bytes.toString('utf8').replace(/[\r\n]+$/, '') + (isCut ? ' (cut)' : '');

/** All messages of a stream that comes in chunks of such a size and then ends. */
function framed(stream: string | Buffer, chunkBytes = Number.POSITIVE_INFINITY): string[] {
  const framing = new Framing();
  const bytes = Buffer.from(stream as string);
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    messages.push(...framing.push(bytes.subarray(at, at + chunkBytes)).map(textOf));
  messages.push(...framing.end().map(textOf));
  expect(framing.heldBytes).toBe(0);
  return messages;
}

const count = (text: string) => `${Buffer.byteLength(text)} ${text}`;

describe('messages of one connection', () => {
  test.each<[string, string, string[]]>([
    [
      'counted (rsyslog)',
      count('<14>1 a') + count('<14>1 b\nmore') + count('<14>1 ü'),
      ['<14>1 a', '<14>1 b\nmore', '<14>1 ü'],
    ],
    ['ended by line feeds (rsyslog, logger)', '<14>a\n<14>b\r\n<14>c\n', ['<14>a', '<14>b', '<14>c']],
    [
      'ended by NUL, with lines in them (Python)',
      '<11>a\nTraceback\n  File\n<notpri\0<14>b\0',
      ['<11>a\nTraceback\n  File\n<notpri', '<14>b'],
    ],
    [
      'both, each by itself',
      `<14>a\n${count('<14>b\nb')}<14>c\0${count('<14>d')}\n<14>e`,
      ['<14>a', '<14>b\nb', '<14>c', '<14>d', '<14>e'],
    ],
    [
      'a trace between line feeds',
      '<11>boom\n  at a\n  at b\n<14>next\n',
      ['<11>boom\n  at a\n  at b', '<14>next'],
    ],
    [
      'without any end (winston-syslog)',
      '<134>1 2026-11-22T15:29:13Z h a - - - {"a":1}<134>1 2026-11-22T15:29:14Z h a - - - {"b":2}<134>Nov 22 15:29:13 h a[1]:{}',
      [
        '<134>1 2026-11-22T15:29:13Z h a - - - {"a":1}',
        '<134>1 2026-11-22T15:29:14Z h a - - - {"b":2}',
        '<134>Nov 22 15:29:13 h a[1]:{}',
      ],
    ],
    [
      'that quote a header',
      '<14>a\n<14>got <134>1 2026-11-22T15:29:13Z h\n',
      ['<14>a', '<14>got <134>1 2026-11-22T15:29:13Z h'],
    ],
    ['without priority (pino-socket)', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
    ['that begin with a number', '12 monkeys\n404 <html>\n', ['12 monkeys', '404 <html>']],
    ['nothing', '\n\0\r\n \n', []],
    ['a count of more than comes', '99 <14>short', ['<14>short (cut)']],
    ['a count of nothing but zeros', '000 <14>x\n', ['000 <14>x']],
  ])('%s', (_, stream, messages) => {
    const whole = framed(stream);
    // The last one ends with the connection, and nobody knows whether it is whole.
    const plain = whole.map((text) => (messages.includes(text) ? text : text.replace(/ \(cut\)$/, '')));
    expect(plain).toEqual(messages);
    for (const chunkBytes of [1, 2, 3, 7]) expect(framed(stream, chunkBytes), `${chunkBytes}`).toEqual(whole);
  });

  test('a last message without an end is whole after a moment of silence', () => {
    const framing = new Framing();
    expect(framing.push(Buffer.from('<14>a\n<14>b')).map(textOf)).toEqual(['<14>a']);
    expect(framing.quiet().map(textOf)).toEqual(['<14>b']);
    expect(framing.push(Buffer.from('10 <14>c')).map(textOf)).toEqual([]);
    expect(framing.quiet()).toEqual([]);
    expect(framing.push(Buffer.from('defgh')).map(textOf)).toEqual(['<14>cdefgh'.slice(0, 10)]);
  });

  test('a long message is cut, marked, and the next one is found', () => {
    const long = `<14>${'x'.repeat(3 * MESSAGE_BYTES_MAX)}`;
    for (const stream of [`${long}\n<14>next\n`, `${long}\0<14>next\0`, `${count(long)}${count('<14>next')}`])
      for (const chunkBytes of [65_536, 1_000_003]) {
        const messages = framed(stream, chunkBytes);
        expect(messages.map((text) => text.length)).toEqual([MESSAGE_BYTES_MAX + ' (cut)'.length, 8]);
      }
  });

  test('one byte at a time costs no more than its length, and room is given back', () => {
    const framing = new Framing();
    const line = Buffer.from('x');
    for (let n = 0; n < 400_000; n++) framing.push(line);
    expect(framing.heldBytes).toBe(400_000);
    expect(framing.quiet()).toHaveLength(1);
    expect(framing.heldBytes).toBe(0);
  });
});

test('whatever comes, in whatever pieces, is the same messages, and none of it is held for ever', () => {
  const random = seededRandom(20_261_123);
  const pieces = [
    '<14>',
    '<134>1 ',
    '<1',
    '12 ',
    '7 <14>',
    '\n',
    '\0',
    '\r\n',
    ' ',
    'x',
    '2026-11-22T15:29:13Z ',
    'ü',
    '<999>',
    '99999999 ',
    'Nov 22 15:29:13 h a: ',
    '{"a":1}',
  ];
  for (let round = 0; round < 2_000; round++) {
    const stream = Buffer.concat(
      Array.from({ length: random.below(30) }, () =>
        random.chance(0.1) ? random.bytes(random.below(20)) : Buffer.from(random.pick(pieces)),
      ),
    );
    const whole = framed(stream);
    expect(framed(stream, 1 + random.below(5)), stream.toString('latin1')).toEqual(whole);
    const kept = whole.join('').replaceAll(' (cut)', '').length;
    expect(kept).toBeLessThanOrEqual(stream.toString('utf8').length + whole.length * 3);
  }
});
