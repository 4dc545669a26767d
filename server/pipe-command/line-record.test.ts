import { describe, expect, it } from 'vitest';
import { encodeRecord, recordOf } from './line-record.ts';
import { LINE_BYTES_MAX, type Line, LineSplitter } from './line-splitter.ts';

const NOW = 1_795_348_800_123;
const READ = '1795348800123000000';
const sent = (text: string, isCut = false) => JSON.parse(encodeRecord(recordOf({ text, isCut }, NOW)));

describe('a line as it is sent', () => {
  it.each<[string, string, unknown]>([
    ['text', '  two  words ', { time: READ, message: '  two  words ' }],
    ['glog', 'W0101 12:00:00.000042 1 a.go:7] no', expect.objectContaining({ level: 'warn' })],
    ['JSON with a time', '{"ts":1795348800.5,"msg":"up"}', { ts: 1_795_348_800.5, msg: 'up' }],
    ['JSON without a time', '{"msg":"up","n":1}', { msg: 'up', n: 1, time: READ }],
    ['JSON with a time that is none', '{"time":"soon","msg":"up"}', { time: READ, msg: 'up' }],
    [
      'JSON with a time without a zone',
      '{"asctime":"2026-01-01 12:00:00,5","msg":"up"}',
      {
        asctime: '2026-01-01 12:00:00,5',
        msg: 'up',
        time: `${Date.parse('2026-01-01T12:00:00') / 1000}500000000`,
      },
    ],
    ['JSON that says nothing known', '{"a":1}', { time: READ, message: '{"a":1}' }],
    ['broken JSON', '{"msg":', { time: READ, message: '{"msg":' }],
  ])('%s', (_, line, expected) => expect(sent(line)).toEqual(expected));

  it('keeps every digit of a number of JSON', () => {
    expect(encodeRecord(recordOf({ text: '{"msg":"up","id":9007199254740993}', isCut: false }, NOW))).toBe(
      `{"msg":"up","id":9007199254740993,"time":"${READ}"}`,
    );
  });

  it('says when it was cut', () => {
    expect(sent('{"msg":"u', true)).toEqual({ time: READ, message: '{"msg":"u', 'tandem.cut': 'body' });
  });
});

describe('lines of bytes', () => {
  function split(...chunks: (string | Buffer)[]): Line[] {
    const lines: Line[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const chunk of chunks) splitter.push(Buffer.from(chunk as Buffer));
    splitter.end();
    return lines;
  }
  const textsOf = (...chunks: (string | Buffer)[]) => split(...chunks).map(({ text }) => text);

  it('are the same however the bytes are cut', () => {
    const bytes = Buffer.from('naïve\r\n\nüber\n\u001b[1;31mred\u001b[0m\nlast');
    const expected = ['naïve', '', 'über', 'red', 'last'];
    expect(textsOf(bytes)).toEqual(expected);
    expect(textsOf(...[...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  it('are cut where they are too long, and only there', () => {
    const lines = split('y'.repeat(LINE_BYTES_MAX), 'yyy', 'yyy\nshort\n', `${'z'.repeat(LINE_BYTES_MAX)}\n`);
    expect(lines.map(({ text, isCut }) => [text.length, isCut])).toEqual([
      [LINE_BYTES_MAX, true],
      [5, false],
      [LINE_BYTES_MAX, false],
    ]);
  });
});
