/** The request that was being answered, and how to send it again. */
import { useState } from 'react';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { ExternalLink } from '#web/ui/external-link.tsx';
import { Pairs } from '#web/ui/pairs.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { ValueView } from '#web/ui/value-view.tsx';
import { curlCommand, fullUrl } from './curl.ts';
import type { RequestView } from './payload.ts';

export function Request({ request }: { request: RequestView }) {
  const [form, setForm] = useState<'fields' | 'curl'>('fields');
  const command = curlCommand(request);
  return (
    <Card
      id="request"
      title="Request"
      actions={
        <>
          <Segmented
            size="small"
            label="Form"
            value={form}
            onChange={setForm}
            choices={[
              { value: 'fields', label: 'Fields' },
              { value: 'curl', label: 'curl' },
            ]}
          />
          <CopyButton text={command} what="as curl command" />
        </>
      }
    >
      {form === 'curl' ? (
        <pre className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
          {command}
        </pre>
      ) : (
        <div className="flex flex-col gap-4">
          <p className="font-mono text-sm">
            {request.method && <bdi className="mr-2 font-semibold">{request.method}</bdi>}
            <ExternalLink url={fullUrl(request)} />
          </p>
          {request.query.length > 0 && <Part title="Query" pairs={request.query} />}
          {request.data !== null && request.data !== '' && (
            <section>
              <h3 className="mb-1 text-xs font-semibold text-ink-soft">Body</h3>
              {typeof request.data === 'object' && !Array.isArray(request.data) ? (
                <Pairs pairs={Object.entries(request.data)} quoted />
              ) : (
                <div className="rounded-md bg-sunken p-3 font-mono text-xs">
                  <ValueView value={request.data} />
                </div>
              )}
            </section>
          )}
          {request.headers.length > 0 && <Part title="Headers" pairs={request.headers} />}
          {request.cookies.length > 0 && <Part title="Cookies" pairs={request.cookies} />}
          {request.env.length > 0 && <Part title="Environment" pairs={request.env} />}
        </div>
      )}
    </Card>
  );
}

function Part({ title, pairs }: { title: string; pairs: readonly (readonly [string, unknown])[] }) {
  return (
    <section>
      <h3 className="mb-1 text-xs font-semibold text-ink-soft">{title}</h3>
      <Pairs pairs={pairs} />
    </section>
  );
}
