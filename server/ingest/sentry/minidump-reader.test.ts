import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMinidump } from './minidump-reader.ts';

/** A dump as Windows writes it: system, one module, one exception, two threads with a name. */
function dump(change: { exceptionCode?: number } = {}): Buffer {
  const bytes = Buffer.alloc(2_048);
  bytes.write('MDMP', 0, 'latin1');
  bytes.writeUInt32LE(5, 8);
  bytes.writeUInt32LE(32, 12);
  const streams: [type: number, at: number, size: number][] = [
    [7, 200, 56],
    [4, 300, 4 + 108],
    [6, 500, 168],
    [3, 700, 4 + 2 * 48],
    [24, 900, 4 + 12],
  ];
  for (const [n, [type, at, size]] of streams.entries()) {
    bytes.writeUInt32LE(type, 32 + n * 12);
    bytes.writeUInt32LE(size, 36 + n * 12);
    bytes.writeUInt32LE(at, 40 + n * 12);
  }
  const text = (at: number, value: string) => {
    bytes.writeUInt32LE(value.length * 2, at);
    bytes.write(value, at + 4, 'utf16le');
  };
  bytes.writeUInt16LE(9, 200);
  bytes.writeUInt8(8, 206);
  for (const [n, part] of [10, 0, 19045, 2].entries()) bytes.writeUInt32LE(part, 208 + n * 4);

  bytes.writeUInt32LE(1, 300);
  bytes.writeBigUInt64LE(0x140000000n, 304);
  bytes.writeUInt32LE(0x10000, 312);
  bytes.writeUInt32LE(1000, 304 + 20);
  text(1000, 'C:\\Games\\shop.exe');
  bytes.writeUInt32LE(0xfeef04bd, 304 + 24);
  bytes.writeUInt32LE(0x00010004, 304 + 32);
  bytes.writeUInt32LE(28 + 8, 304 + 76);
  bytes.writeUInt32LE(1100, 304 + 80);
  bytes.write('RSDS', 1100, 'latin1');
  Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex').copy(bytes, 1104);
  bytes.writeUInt32LE(1, 1120);
  bytes.write('shop.pdb\0', 1124, 'latin1');

  bytes.writeUInt32LE(42, 500);
  bytes.writeUInt32LE(change.exceptionCode ?? 0xc0000005, 508);
  bytes.writeBigUInt64LE(0x140001234n, 524);
  bytes.writeUInt32LE(2, 532);
  bytes.writeBigUInt64LE(1n, 540);
  bytes.writeBigUInt64LE(0x10n, 548);

  bytes.writeUInt32LE(2, 700);
  bytes.writeUInt32LE(41, 704);
  bytes.writeUInt32LE(42, 752);
  bytes.writeUInt32LE(1, 900);
  bytes.writeUInt32LE(42, 904);
  bytes.writeBigUInt64LE(1200n, 908);
  text(1200, 'Renderer');
  return bytes;
}

test('why, where, on what, with which modules and threads', () => {
  expect(readMinidump(dump())).toEqual({
    exception: {
      values: [
        {
          type: 'EXCEPTION_ACCESS_VIOLATION',
          value: 'writing 0x10 in shop.exe + 0x1234',
          thread_id: 42,
          module: 'shop.exe',
          mechanism: {
            type: 'minidump',
            handled: false,
            data: { code: '0xc0000005', address: '0x140001234' },
          },
        },
      ],
    },
    threads: { values: [{ id: 41 }, { id: 42, name: 'Renderer', crashed: true, current: true }] },
    modules: { 'shop.exe': '1.4.0.0' },
    debug_meta: {
      images: [
        {
          type: 'pe',
          code_file: 'C:\\Games\\shop.exe',
          debug_file: 'shop.pdb',
          debug_id: '03020100-0504-0706-0809-0a0b0c0d0e0f-1',
          image_addr: '0x140000000',
          image_size: 0x10000,
        },
      ],
    },
    contexts: {
      os: { name: 'Windows', version: '10.0.19045' },
      device: { arch: 'x86_64', processor_count: 8 },
    },
  });
});

test('a code that nobody knows is told as a number, and a dump that was asked for as such', () => {
  const typeOf = (exceptionCode: number) => {
    const { exception } = readMinidump(dump({ exceptionCode })) as {
      exception: { values: { type: string }[] };
    };
    return exception.values[0]!.type;
  };
  expect(typeOf(0xdeadbeef)).toBe('Exception 0xdeadbeef');
  expect(typeOf(0x517a7ed)).toBe('Dump requested');
});

test('a dump cut anywhere, or with any bytes changed, is read as far as it makes sense', () => {
  const whole = dump();
  for (let length = 0; length < whole.length; length += 7) readMinidump(whole.subarray(0, length));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 4), fc.constantFrom(0, 1, 0x7fffffff, 0xffffffff)), {
        maxLength: 20,
      }),
      (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes.writeUInt32LE(value, at);
        JSON.stringify(readMinidump(bytes));
      },
    ),
  );
});

test('counts that promise millions of entries cost nothing', () => {
  const bytes = dump();
  bytes.writeUInt32LE(0xffffffff, 8);
  bytes.writeUInt32LE(0xffffffff, 300);
  bytes.writeUInt32LE(0xffffffff, 700);
  const read = readMinidump(bytes) as { debug_meta: { images: unknown[] } };
  expect(read.debug_meta.images).toHaveLength(1);
  expect(readMinidump(Buffer.from('MDMP'))).toEqual({});
  expect(readMinidump(Buffer.from('PMDM'.padEnd(64)))).toEqual({});
});
