/** What was thrown, and what caused it: every exception of the chain with its stack. */
import { CornerDownRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { cx } from '#web/ui/cx.ts';
import { ExternalLink } from '#web/ui/external-link.tsx';
import { counted } from '#web/ui/number.ts';
import { ValueView } from '#web/ui/value-view.tsx';
import { type ChainLink, exceptionChain } from './exception-chain.ts';
import type { ExceptionView, Mechanism } from './payload.ts';
import { Stack } from './stack.tsx';
import { StackControls } from './stack-controls.tsx';
import { chainText } from './stack-text.ts';
import type { StackPreferences } from './use-stack-view.ts';

interface ExceptionsProps {
  exceptions: readonly ExceptionView[];
  platform: string;
  view: StackPreferences;
}

export function Exceptions({ exceptions, platform, view }: ExceptionsProps) {
  const twoForms = exceptions.some(({ generatedFrames }) => generatedFrames.length > 0);
  const isGenerated = twoForms && view.code === 'generated';
  const chain = useMemo(
    () => exceptionChain(isGenerated ? exceptions.map(asGenerated) : exceptions),
    [exceptions, isGenerated],
  );
  const text = () => chainText(chain, platform);
  const told = view.order === 'newest' ? chain : chain.toReversed();
  return (
    <Card
      id="stack"
      title={chain.length > 1 ? 'Exceptions' : 'Exception'}
      note={chain.length > 1 ? `${chain.length} in a chain` : undefined}
      actions={
        <>
          <StackControls view={view} twoForms={twoForms} />
          <CopyButton text={text} what="stack as text" />
        </>
      }
    >
      {view.form === 'text' ? (
        <pre className="overflow-x-auto font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
          {text()}
        </pre>
      ) : (
        <div className="flex flex-col gap-6">
          {told.map((link) => (
            <ExceptionPart
              key={chain.indexOf(link)}
              link={link}
              alone={chain.length === 1}
              platform={platform}
              view={view}
            />
          ))}
        </div>
      )}
    </Card>
  );
}

const asGenerated = (exception: ExceptionView): ExceptionView =>
  exception.generatedFrames.length > 0 ? { ...exception, frames: exception.generatedFrames } : exception;

interface ExceptionPartProps {
  link: ChainLink;
  alone: boolean;
  platform: string;
  view: StackPreferences;
}

function ExceptionPart({
  link: { exception, relation, depth, isRootCause },
  alone,
  platform,
  view,
}: ExceptionPartProps) {
  const { frames } = exception;
  return (
    <div className={cx('flex min-w-0 flex-col gap-2.5', depth > 0 && 'border-l-2 border-line pl-4')}>
      <header className="flex flex-col gap-1">
        {(relation || isRootCause) && (
          <div className="flex flex-wrap items-center gap-2 text-xs font-medium text-ink-soft">
            {relation && (
              <span className="inline-flex items-center gap-1">
                <CornerDownRight aria-hidden className="size-3.5 text-ink-faint" />
                {view.order === 'newest' ? relation : 'Which led to the exception below'}
              </span>
            )}
            {isRootCause && (
              <Badge tone="warn" title="Nothing caused this one: look here first">
                Root cause
              </Badge>
            )}
          </div>
        )}
        <h3 className="text-base font-semibold [overflow-wrap:anywhere]">
          <bdi>{exception.type || 'Error'}</bdi>
          {exception.module && (
            <bdi className="ml-2 font-mono text-2xs font-normal text-ink-faint">{exception.module}</bdi>
          )}
        </h3>
        {exception.value && <LongText text={exception.value} />}
        {exception.mechanism && <MechanismLine mechanism={exception.mechanism} />}
      </header>
      {frames.length > 0 ? (
        <Stack
          // Another view of the frames begins anew; what was opened in the old one has no place in it.
          key={`${view.frames} ${view.code}`}
          stack={frames}
          platform={platform}
          frames={view.frames}
          order={view.order}
          openOne={alone || isRootCause || relation === ''}
        />
      ) : (
        <p className="text-sm text-ink-faint">It came without a stack.</p>
      )}
    </div>
  );
}

/** Lines of a message shown before it is folded. */
const LINES_SHOWN = 6;

function LongText({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const long = text.length > 600 || text.split('\n').length > LINES_SHOWN;
  return (
    <div>
      <bdi
        className={cx(
          'font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]',
          long && !all ? 'line-clamp-6' : 'block',
        )}
      >
        {text}
      </bdi>
      {long && (
        <button type="button" className="text-xs text-accent hover:underline" onClick={() => setAll(!all)}>
          {all ? 'Show less' : `Show all ${counted(text.length, 'character')}`}
        </button>
      )}
    </div>
  );
}

function MechanismLine({ mechanism }: { mechanism: Mechanism }) {
  const facts: [string, string][] = [];
  if (mechanism.handled !== null) facts.push(['handled', mechanism.handled ? 'yes' : 'no']);
  if (mechanism.type) facts.push(['mechanism', mechanism.type]);
  if (mechanism.source) facts.push(['source', mechanism.source]);
  return (
    <div className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-faint">
      {facts.map(([name, value]) => (
        <span key={name}>
          {name}:{' '}
          <bdi
            className={cx(
              'text-ink-soft',
              name === 'handled' && value === 'no' && 'font-semibold text-danger',
            )}
          >
            {value}
          </bdi>
        </span>
      ))}
      {mechanism.details.map(([name, value]) => (
        <span key={name} className="min-w-0">
          {name}: {typeof value === 'string' ? <ExternalLink url={value} /> : <ValueView value={value} />}
        </span>
      ))}
    </div>
  );
}
