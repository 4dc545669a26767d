/** Network Error Logging: what the browser could not reach. Source: https://w3c.github.io/network-error-logging/. */
import { reject } from '#server/record/rejections.ts';
import { isObject, type JsonObject, textOf } from './json.ts';

const TAGS = ['method', 'protocol', 'status_code', 'server_ip'] as const;

/** `report` is one entry of the Reporting API with type `network-error`. */
export function networkErrorEvent(report: JsonObject): JsonObject {
  const { body } = report;
  if (!isObject(body)) throw reject('report_invalid', 'the network error has no body');
  const phase = textOf(body.phase) ?? 'unknown';
  const type = textOf(body.type) ?? 'unknown';
  const referrer = textOf(body.referrer);
  return {
    type: 'nel',
    logger: 'nel',
    logentry: {
      formatted: type === 'http.error' ? `${phase} / ${type} (${body.status_code})` : `${phase} / ${type}`,
    },
    tags: TAGS.filter((tag) => ['string', 'number'].includes(typeof body[tag]) && body[tag] !== '').map(
      (tag) => [tag, String(body[tag])],
    ),
    request: {
      url: textOf(report.url),
      method: textOf(body.method),
      headers: referrer ? [['Referer', referrer]] : [],
    },
    nel: report,
  };
}
