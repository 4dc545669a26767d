// The carrier, somebody else's company: HTTPS, and no lines of its own. CERTIFICATE=expired starts it with the certificate
// that it forgot to renew.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { makeCertificates } from './certificate.mjs';

const { CARRIER_CERTIFICATES: file, CERTIFICATE, PORT } = process.env;
const day = (days) => new Date(Date.now() + days * 86_400_000);

if (!existsSync(file)) {
  const { key, certificates } = makeCertificates([
    [day(-1), day(89)],
    [day(-91), day(-1)],
  ]);
  writeFileSync(`${file}.json`, JSON.stringify({ key, certificates }));
  writeFileSync(file, certificates.join(''));
}
const { key, certificates } = JSON.parse(readFileSync(`${file}.json`, 'utf8'));
const cert = certificates[CERTIFICATE === 'expired' ? 1 : 0];

createServer({ key, cert }, (request, response) => {
  response.end(JSON.stringify({ label: `${request.url.split('/').at(-1)}-DE` }));
}).listen(Number(PORT), '127.0.0.1', () => console.log(`carrier is listening on https://127.0.0.1:${PORT}`));
