/** IP addresses: one, a range `a-b` or a CIDR block, of both versions, as numbers of 32 or 128 bits. */
import { isIP } from 'node:net';
import { queryError } from './logql-error.ts';

interface Address {
  version: 4 | 6;
  value: bigint;
}

export interface AddressMatcher {
  /** Whether the text is an address of the range. */
  isOne(text: string): boolean;
  /** Whether any address of the range stands in the line. */
  isIn(line: string): boolean;
}

/** Throws the refusal of the query when the text is none of the three. */
export function matchAddresses(text: string): AddressMatcher {
  const [first, last] = rangeOf(text.trim());
  const isOne = (candidate: string) => {
    const address = readAddress(candidate);
    return (
      address !== undefined &&
      address.version === first.version &&
      address.value >= first.value &&
      address.value <= last.value
    );
  };
  return { isOne, isIn: (line) => candidatesIn(line).some(isOne) };
}

function rangeOf(text: string): [Address, Address] {
  const [from, to] = text.split('-');
  if (to !== undefined) {
    const [first, last] = [readAddress(from!.trim()), readAddress(to.trim())];
    if (first && last && first.version === last.version && first.value <= last.value) return [first, last];
  } else if (text.includes('/')) {
    const block = blockOf(text);
    if (block) return block;
  } else {
    const address = readAddress(text);
    if (address) return [address, address];
  }
  throw queryError(
    `parse error : ip: invalid pattern (${text}): expected an address, a range or a CIDR block`,
  );
}

function blockOf(text: string): [Address, Address] | undefined {
  const [base, length] = text.split('/');
  const address = readAddress(base!);
  const bits = address?.version === 4 ? 32 : 128;
  if (!address || !/^\d{1,3}$/.test(length!) || Number(length) > bits) return undefined;
  const host = (1n << BigInt(bits - Number(length))) - 1n;
  const first = address.value & ~host;
  return [
    { ...address, value: first },
    { ...address, value: first | host },
  ];
}

function readAddress(text: string): Address | undefined {
  const version = isIP(text);
  if (version === 4) return { version, value: readV4(text) };
  if (version !== 6 || text.includes('%')) return undefined;
  // The last 32 bits may be written as version 4.
  const v4 = /(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  const plain = v4
    ? text.replace(v4, `${(readV4(v4) >> 16n).toString(16)}:${(readV4(v4) & 0xffffn).toString(16)}`)
    : text;
  const [head, tail] = plain.split('::');
  const front = head ? head.split(':') : [];
  const back = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...new Array<string>(zeros).fill('0'), ...back];
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  // ::ffff:a.b.c.d is an address of version 4.
  return value >> 32n === 0xffffn ? { version: 4, value: value & 0xffffffffn } : { version: 6, value };
}

const readV4 = (text: string) => text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);

/** Runs of characters that addresses are made of; a run is an address when all of it is one. */
function candidatesIn(line: string): string[] {
  const found: string[] = [];
  for (const [run] of line.matchAll(/[\da-fA-F:.]{2,45}/g)) {
    if (!/[.:]/.test(run)) continue;
    found.push(run);
    // An address before a port, a full stop or a colon of the sentence.
    const v4 = /^\d+\.\d+\.\d+\.\d+/.exec(run)?.[0];
    if (v4 !== undefined && v4 !== run) found.push(v4);
    const trimmed = run.replace(/^[.]+|[.:]+$/g, '');
    if (trimmed !== run) found.push(trimmed);
  }
  return found;
}
