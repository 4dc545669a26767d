import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import {
  decodeFrameHeader,
  decodeSegmentHeader,
  encodeFrameHeader,
  encodeSegmentHeader,
  FRAME_HEADER_BYTES,
} from './format.ts';

const marker = Buffer.from('0123456789abcdef', 'hex');

function frame(payload: string, offset: number): Buffer {
  const parts = [Buffer.from(payload.slice(0, 2)), Buffer.from(payload.slice(2))];
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  encodeFrameHeader(header, 0, { marker, offset, length: payload.length, parts });
  return Buffer.concat([header, ...parts]);
}

// These bytes are on people's disks. When this test fails, the change is a new format, not a new expectation.
it('writes format 1, byte by byte', () => {
  const header = encodeSegmentHeader({ segment: 7, previous: { segment: 6, offset: 0x1234 }, marker });
  expect(header.toString('hex')).toBe(
    ['544e444d4a524e4c', '00000001', '00000007', '00000006', '00001234', '0123456789abcdef', 'd981f480'].join(
      '',
    ),
  );
  expect(frame('hello', 36).toString('hex')).toBe(
    ['0123456789abcdef', '00000024', '00000005', '3610a686', 'a594c6d9', '68656c6c6f'].join(''),
  );
});

it('reads back what it wrote', () => {
  const header = { segment: 7, previous: { segment: 6, offset: 0x1234 }, marker };
  expect(decodeSegmentHeader(encodeSegmentHeader(header), 7)).toEqual(header);
  expect(decodeFrameHeader(frame('hello', 36), 0, 36, marker)).toEqual({ length: 5, payloadCrc: 0x3610a686 });
});

it('knows no frame but at its own offset and with its own marker', () => {
  const bytes = frame('hello', 36);
  expect(decodeFrameHeader(bytes, 0, 37, marker)).toBeUndefined();
  expect(decodeFrameHeader(bytes, 0, 36, Buffer.alloc(8))).toBeUndefined();
  expect(decodeFrameHeader(bytes.subarray(0, FRAME_HEADER_BYTES - 1), 0, 36, marker)).toBeUndefined();
  expect(decodeFrameHeader(bytes, 0, 36, undefined)).toBeDefined();
});

it('sees any changed byte of a header', () => {
  const segment = encodeSegmentHeader({ segment: 7, previous: { segment: 6, offset: 0x1234 }, marker });
  for (let at = 0; at < segment.byteLength; at += 1)
    expect(decodeSegmentHeader(flipped(segment, at), 7), `byte ${at} of the segment`).toBeUndefined();
  const bytes = frame('hello', 36);
  for (let at = 0; at < FRAME_HEADER_BYTES; at += 1)
    expect(decodeFrameHeader(flipped(bytes, at), 0, 36, marker), `byte ${at} of the frame`).toBeUndefined();
});

it('takes no header of another segment, as when a file was renamed', () => {
  expect(
    decodeSegmentHeader(encodeSegmentHeader({ segment: 7, previous: { segment: 6, offset: 0 }, marker }), 8),
  ).toBe(undefined);
});

it('says which version to start when a later program wrote the segment', () => {
  const header = encodeSegmentHeader({ segment: 7, previous: { segment: 6, offset: 0 }, marker });
  header.writeUInt32BE(2, 8);
  header.writeUInt32BE(crc32(header.subarray(0, 32)), 32);
  expect(() => decodeSegmentHeader(header, 7)).toThrow(/format 2; this program reads format 1/);
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 0x10;
  return copy;
}
