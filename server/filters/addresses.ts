/** Addresses, and blocks of them as `10.0.0.0/8`, of both versions of IP. Compared by the platform, bit by bit. */
import { BlockList, isIP } from 'node:net';
import type { PatternProblem } from './glob.ts';

export function addressProblem(line: string): PatternProblem | null {
  const [address = '', length, ...more] = line.split('/');
  const version = isIP(address);
  if (version === 0)
    return { column: 1, message: 'is no address: write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32' };
  if (length === undefined) return null;
  const bits = version === 4 ? 32 : 128;
  const column = address.length + 2;
  if (more.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits)
    return { column, message: `a block of IPv${version} has 1 to ${bits} bits` };
  if (Number(length) === 0) return { column, message: 'matches everything: every address is in /0' };
  return null;
}

/** Lines without a problem. */
export function addressTest(lines: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const line of lines) {
    const [address = '', length] = line.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(length), family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}
