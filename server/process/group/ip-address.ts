/** Whether a text is one IP address, plain, with a zone or with a prefix length. Part of grouping v1, frozen. */
export function isIpAddress(text: string): boolean {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const isV6 = address.includes(':');
  if (slash >= 0 && Number(text.slice(slash + 1)) > (isV6 ? 128 : 32)) return false;
  return isV6 ? isV6Address(address.split('%', 1)[0]!) : isV4Address(address);
}

function isV4Address(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

/** RFC 4291: eight groups of up to four digits; `::` once for one or more groups of zeros; the end may be v4. */
function isV6Address(text: string): boolean {
  const dotted = text.slice(text.lastIndexOf(':') + 1);
  const withoutV4 = dotted.includes('.') ? `${text.slice(0, -dotted.length)}0:0` : text;
  if (withoutV4 !== text && !isV4Address(dotted)) return false;
  const halves = withoutV4.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}
