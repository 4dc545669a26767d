/** How much one change of issues may do. Apart from the shapes, so that the pages take no schemas along. */

/** Issues changed by one request: processed in slices of some milliseconds; the rest is left for the next request. */
export const ISSUES_OF_CHANGE_MAX = 10_000;
/** How long a change can be taken back, minutes. */
export const UNDO_MINUTES = 10;
