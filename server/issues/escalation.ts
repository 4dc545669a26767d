/**
 * When an archived issue is far busier than it usually is: a plain rule over the issue's own counts, whose numbers stand
 * in the history. More than twice the busiest hour of the week before it was archived or of the last week, and at least
 * ten, within one hour. The hour it was archived in counts as usual: people archive what is loud just then.
 */

/** Times the busiest hour: one like it by chance is no news, and one in ten random weeks beats its own maximum a little. */
const TIMES_USUAL = 2;
/** Events of an hour below which nothing escalates, however quiet it was. */
const EVENTS_MIN = 10;
export const ESCALATION_WINDOW_MS = 60 * 60 * 1000;
export const USUAL_SPAN_MS = 7 * 24 * 60 * 60 * 1000;

export interface Escalation {
  /** In the last hour, of those since it was archived. */
  events: number;
  /** In the busiest hour before. */
  usual: number;
}

export const escalates = ({ events, usual }: Escalation): boolean =>
  events >= EVENTS_MIN && events > TIMES_USUAL * usual;
