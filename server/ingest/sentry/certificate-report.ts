/**
 * Reports about certificates that browsers used to send: Expect-CT (RFC 9163), Expect-Staple and HPKP
 * (RFC 7469). No current browser does; old ones and monitoring tools still may.
 */
import { reject } from '#server/record/rejections.ts';
import { isObject, type JsonObject, textOf } from './json.ts';

export type CertificateReportType = 'expectct' | 'expectstaple' | 'hpkp';

const SENTENCES: Readonly<Record<CertificateReportType, string>> = {
  expectct: 'Expect-CT failed for',
  expectstaple: 'Expect-Staple failed for',
  hpkp: 'Public key pinning validation failed for',
};

const TAGS = ['hostname', 'port', 'response-status', 'cert-status', 'include-subdomains'] as const;

/** Throws report_invalid when it names no host. */
export function certificateEvent(type: CertificateReportType, report: unknown): JsonObject {
  const host = isObject(report) ? textOf(report.hostname) : undefined;
  if (!isObject(report) || host === undefined)
    throw reject('report_invalid', `the ${type} report names no hostname`);
  const port = typeof report.port === 'number' && report.port !== 443 ? `:${report.port}` : '';
  const time = Date.parse(textOf(report['date-time']) ?? '');
  return {
    type,
    logger: type,
    logentry: { formatted: `${SENTENCES[type]} '${host}'` },
    culprit: host,
    ...(Number.isNaN(time) ? {} : { timestamp: time / 1000 }),
    tags: TAGS.filter((tag) => ['string', 'number', 'boolean'].includes(typeof report[tag])).map((tag) => [
      tag,
      String(report[tag]),
    ]),
    request: { url: `https://${host}${port}/` },
    // One spelling for fields, as in the other reports of the event protocol.
    [type]: Object.fromEntries(
      Object.entries(report).map(([name, value]) => [name.replaceAll('-', '_'), value]),
    ),
  };
}
