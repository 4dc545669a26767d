/**
 * Who was affected. The address is filled in from the connection only when the SDK asks for it
 * (`sdk.settings.infer_ip`, or `{{auto}}`) or, for browsers of the time before that setting, when it is silent.
 */
import type { EventRequest, EventUser } from '#server/record/event.ts';
import { isRecord, type Json, type Reader } from './reader.ts';

export function readUser(
  event: Json,
  platform: string,
  request: EventRequest | undefined,
  clientIp: string | undefined,
  reader: Reader,
): EventUser | undefined {
  const given = event.user ?? event['sentry.interfaces.User'];
  const value: Json = reader.record(given, 'user') ?? {};
  const user: EventUser = {};
  for (const key of ['id', 'email', 'username', 'name'] as const) {
    const field = reader.field(value[key], `user.${key}`);
    if (field !== undefined) user[key] = field;
  }
  const ip = userIp(value, event, platform, request, clientIp, reader);
  if (ip) user.ip_address = ip;
  if (isRecord(value.geo)) user.geo = reader.dataRecord(value.geo, 'user.geo', 2) as Record<string, string>;

  const known = new Set(['id', 'email', 'username', 'name', 'ip_address', 'geo', 'data', 'sentry_user']);
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !known.has(key)));
  const data = reader.dataRecord({ ...(isRecord(value.data) ? value.data : {}), ...rest }, 'user.data', 3);
  if (data && Object.keys(data).length > 0) user.data = data;
  return Object.keys(user).length > 0 ? user : undefined;
}

function userIp(
  user: Json,
  event: Json,
  platform: string,
  request: EventRequest | undefined,
  clientIp: string | undefined,
  reader: Reader,
): string | undefined {
  const said = reader.field(user.ip_address, 'user.ip_address', 64);
  if (said !== undefined && said !== '{{auto}}') return said;
  const sdk = isRecord(event.sdk) ? event.sdk : {};
  const setting = isRecord(sdk.settings) ? sdk.settings.infer_ip : undefined;
  if (setting === 'never') return undefined;
  const remote = request?.env?.REMOTE_ADDR;
  if (said === undefined && typeof remote === 'string' && remote !== '') return remote;
  const silentBrowser = setting === undefined && platform === 'javascript';
  return said === '{{auto}}' || setting === 'auto' || silentBrowser ? clientIp : undefined;
}

/** What a distinct user is counted by; empty when nothing is known. Order as in Sentry: id, username, email, ip. */
export function userKey(user: EventUser | undefined): string {
  if (user?.id) return `id:${user.id}`;
  if (user?.username) return `username:${user.username}`;
  if (user?.email) return `email:${user.email}`;
  return user?.ip_address ? `ip:${user.ip_address}` : '';
}
