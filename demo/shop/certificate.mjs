// A certificate of one's own for 127.0.0.1, with the days one wants: what openssl would make, for machines without it.
// X.509 as RFC 5280 has it, in DER: each value is its tag, its length and its bytes.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const value = (tag, ...parts) => {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const long = [];
  for (let rest = bytes.length; rest > 0; rest = Math.floor(rest / 256)) long.unshift(rest % 256);
  const length = bytes.length < 128 ? [bytes.length] : [128 + long.length, ...long];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
};
const sequence = (...parts) => value(0x30, ...parts);
const oid = (hex) => value(0x06, Buffer.from(hex, 'hex'));
const time = (date) => value(0x18, `${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`);

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const NAME = sequence(value(0x31, sequence(oid('550403'), value(0x0c, 'carrier'))));
/** It is its own authority, and stands for 127.0.0.1. */
const EXTENSIONS = value(
  0xa3,
  sequence(
    sequence(oid('551d13'), value(0x01, [0xff]), value(0x04, sequence(value(0x01, [0xff])))),
    sequence(oid('551d11'), value(0x04, sequence(value(0x87, [127, 0, 0, 1])))),
  ),
);

/** Certificates over one key, one for each pair of dates. */
export function makeCertificates(periods) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' });
  const certificates = periods.map(([from, until]) => {
    const body = sequence(
      value(0xa0, value(0x02, [2])),
      value(0x02, [1], randomBytes(8)),
      ECDSA_SHA256,
      NAME,
      sequence(time(from), time(until)),
      NAME,
      subjectKey,
      EXTENSIONS,
    );
    const signature = value(0x03, [0], sign('sha256', body, privateKey));
    const base64 = sequence(body, ECDSA_SHA256, signature)
      .toString('base64')
      .replace(/(.{64})/g, '$1\n');
    return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
  });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }), certificates };
}
