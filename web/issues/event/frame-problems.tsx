/** Why frames are shown as minified code, and what makes them readable: beside the stack, not in a log of the server. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileQuestionMark } from 'lucide-react';
import type { EventDetail } from '#contract/events.ts';
import { sessionQuery } from '#web/session.ts';
import { counted } from '#web/ui/number.ts';
import { groupFrameProblems } from './frame-problem-words.ts';

interface FrameProblemsProps {
  problems: EventDetail['frameProblems'];
  projectId: string;
}

export function FrameProblems({ problems, projectId }: FrameProblemsProps) {
  const { data: session } = useQuery(sessionQuery);
  if (problems.length === 0) return null;
  const project = session?.projects.find(({ id }) => id === projectId);
  return (
    <aside
      aria-label="Why frames are not readable"
      className="flex gap-2.5 rounded-lg border border-line bg-info-soft px-4 py-2.5 text-xs text-info"
    >
      <FileQuestionMark aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1.5">
        {groupFrameProblems(problems).map(({ code, what, next, detail, frames }) => (
          <p key={code} className="[overflow-wrap:anywhere]">
            <span className="font-semibold">{what}</span> ({counted(frames, 'frame')}). {next}{' '}
            <bdi className="font-mono text-2xs">{detail}</bdi>
          </p>
        ))}
        {project && (
          <Link
            to="/settings/projects/$slug/{-$tab}"
            params={{ slug: project.slug, tab: 'source-maps' }}
            className="self-start font-medium underline underline-offset-2"
          >
            Source maps of {project.name}
          </Link>
        )}
      </div>
    </aside>
  );
}
