/** What grouping v1 looks at beside the event: its texts made comparable, and the rules of its project. */
import type { GroupingRules } from '#server/process/rules/grouping-rules.ts';
import { type Messages, messagesOf } from './messages.ts';

export interface GroupingContext {
  messages: Messages;
  /** Absent: the project has none. */
  rules: GroupingRules | undefined;
}

export function contextOf(rules: GroupingRules | undefined): GroupingContext {
  return { messages: messagesOf(), rules };
}
