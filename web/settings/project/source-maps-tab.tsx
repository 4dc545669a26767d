/** What builds uploaded for a project. */
import type { ProjectTabProps } from './project-screen.tsx';
import { SourceMapsCard } from './source-maps-card.tsx';

export function SourceMapsTab({ project }: ProjectTabProps) {
  return <SourceMapsCard slug={project.slug} />;
}
