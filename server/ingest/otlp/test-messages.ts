/** For tests: OTLP's messages as protobuf, byte by byte as the rules of the encoding have them. */

const tag = (number: number, wireType: number) => varintBytes(number * 8 + wireType);

/** Of any 64-bit integer; a negative one takes ten bytes. */
function varintBytes(value: number | bigint): Buffer {
  const parts: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 0x7fn; left >>= 7n) parts.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...parts, Number(left)]);
}

export const all = (...fields: Buffer[]) => Buffer.concat(fields);
export const bytes = (number: number, value: Uint8Array | string) => {
  const content = typeof value === 'string' ? Buffer.from(value, 'hex') : value;
  return all(tag(number, 2), varintBytes(content.length), Buffer.from(content));
};
export const message = (number: number, ...fields: Buffer[]) => bytes(number, all(...fields));
export const text = (number: number, value: string) => bytes(number, Buffer.from(value));
export const varint = (number: number, value: number | bigint) => all(tag(number, 0), varintBytes(value));
export const fixed64 = (number: number, value: bigint) => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64LE(value);
  return all(tag(number, 1), eight);
};
export const double = (number: number, value: number) => {
  const eight = Buffer.alloc(8);
  eight.writeDoubleLE(value);
  return all(tag(number, 1), eight);
};
export const fixed32 = (number: number, value: number) => {
  const four = Buffer.alloc(4);
  four.writeUInt32LE(value);
  return all(tag(number, 5), four);
};

export const stringValue = (value: string) => text(1, value);
/** An attribute. */
export const pair = (number: number, key: string, ...value: Buffer[]) =>
  message(number, text(1, key), message(2, ...value));

/** A request of one resource and one scope. */
export const protobufRequest = (parts: { resource?: Buffer; scope?: Buffer; records: Buffer[] }) =>
  message(
    1,
    bytes(1, parts.resource ?? all()),
    message(2, bytes(1, parts.scope ?? all()), ...parts.records.map((record) => bytes(2, record))),
  );
