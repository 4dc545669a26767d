/** What the address of the audit trail says besides the page: how it is narrowed down. */
export interface AuditSearch {
  person?: string;
  noun?: string;
  outcome?: string;
  query?: string;
  /** Days, as of a date field; the last one is included. */
  from?: string;
  to?: string;
}

const NAMES = ['person', 'noun', 'outcome', 'query', 'from', 'to'] as const;
const CHARS_MAX = 200;

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const found: AuditSearch = {};
  for (const name of NAMES) {
    const text = search[name];
    if (typeof text !== 'string' || text === '') continue;
    if ((name === 'from' || name === 'to') && !/^\d{4}-\d{2}-\d{2}$/.test(text)) continue;
    found[name] = text.slice(0, CHARS_MAX);
  }
  return found;
}

/** As the API takes it: days of the reader's zone as moments. */
export function auditFilter({ from, to, ...search }: AuditSearch): Record<string, string> {
  const moment = (day: string, time: string) => {
    const at = new Date(`${day}T${time}`);
    return Number.isNaN(at.getTime()) ? '' : at.toISOString();
  };
  return {
    ...search,
    ...(from && { from: moment(from, '00:00:00') }),
    ...(to && { to: moment(to, '23:59:59.999') }),
  };
}
