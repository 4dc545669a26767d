/** Tokens for programs that read: sentry-cli, dashboards, scripts. The secret is shown once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Scope } from '#contract/people.ts';
import type { ApiToken, ApiTokenCreated, ApiTokenRequest } from '#contract/tokens.ts';
import { api } from '#web/client.ts';
import { useSession } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { DialogActions } from '#web/ui/dialog-actions.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { SCOPES } from './token-scopes.ts';

export function TokensPage() {
  const queryClient = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<ApiTokenCreated | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => api.tokens(signal),
  });
  const changed = () => queryClient.invalidateQueries({ queryKey: ['tokens'] });
  const revoke = useMutation({
    mutationFn: (token: ApiToken) => api.revokeToken(token.id),
    onSuccess: (_, token) => {
      setRevoking(null);
      toast({ message: `Revoked ${token.name}` });
      changed();
    },
  });

  return (
    <SettingsFrame
      section="tokens"
      title="API tokens"
      lead="For programs that read or change things in your name: sentry-cli, release pipelines, dashboards."
      actions={
        <Button look="primary" onClick={() => setCreating(true)}>
          <Plus aria-hidden />
          New token
        </Button>
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The tokens could not be loaded" />
      ) : (
        <Card flush>
          {!data ? (
            <SkeletonLines lines={4} className="p-4" />
          ) : data.length === 0 ? (
            <EmptyState icon={<KeyRound aria-hidden />} title="No tokens yet">
              <p>Make one for each program, with the scopes it needs and no more.</p>
            </EmptyState>
          ) : (
            <ul>
              {data.map((token) => (
                <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
              ))}
            </ul>
          )}
        </Card>
      )}
      {creating && (
        <NewToken
          onClose={() => setCreating(false)}
          onCreated={(token) => {
            setCreating(false);
            setCreated(token);
            changed();
          }}
        />
      )}
      {created && (
        <Dialog
          open
          onClose={() => setCreated(null)}
          title={`The token ${created.name}`}
          description="Copy it now: it is kept only as a hash and cannot be shown again."
        >
          <CodeBlock code={created.token} what="token" />
          <div className="mt-4 flex justify-end">
            <Button look="primary" onClick={() => setCreated(null)}>
              I have it
            </Button>
          </div>
        </Dialog>
      )}
      {revoking && (
        <ConfirmDialog
          title={`Revoke ${revoking.name}?`}
          verb="Revoke"
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate(revoking)}
          onClose={() => setRevoking(null)}
        >
          Programs that use it are refused from now on.
        </ConfirmDialog>
      )}
    </SettingsFrame>
  );
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  const expired = token.expiresAt !== null && Date.parse(token.expiresAt) < Date.now();
  return (
    <li className="flex flex-wrap items-start gap-3 border-b border-line px-4 py-3 last:border-0">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          <span className="[overflow-wrap:anywhere]">{token.name}</span>
          <code className="font-mono text-xs font-normal text-ink-faint" title="How it ends">
            …{token.hint}
          </code>
          {expired && <Badge tone="warn">Expired</Badge>}
        </p>
        <p className="mt-1 flex flex-wrap gap-1">
          {token.scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </p>
        <p className="mt-1 text-xs text-ink-faint">
          {token.lastUsedAt ? (
            <>
              last used <RelativeTime time={token.lastUsedAt} />
            </>
          ) : (
            'never used'
          )}
          {' · made '}
          <RelativeTime time={token.createdAt} />
          {token.expiresAt && (
            <>
              {expired ? ' · expired ' : ' · expires '}
              <RelativeTime time={token.expiresAt} />
            </>
          )}
        </p>
      </div>
      <Button size="small" look="quiet-danger" onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}

function toggled(scopes: ReadonlySet<Scope>, scope: Scope): ReadonlySet<Scope> {
  const next = new Set(scopes);
  if (!next.delete(scope)) next.add(scope);
  return next;
}

function NewToken({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (token: ApiTokenCreated) => void;
}) {
  const held = useSession()?.scopes ?? [];
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(
    new Set<Scope>(['org:read', 'project:read', 'event:read']),
  );
  const create = useMutation({
    mutationFn: (body: ApiTokenRequest) => api.createToken(body),
    meta: { shownInForm: true },
    onSuccess: onCreated,
  });
  return (
    <Dialog open onClose={onClose} title="New token">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const days = Number(textOf(form, 'days'));
          create.mutate({
            name: textOf(form, 'name').trim(),
            scopes: [...scopes],
            expiresInDays: days || null,
          });
        }}
      >
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          autoFocus
          placeholder="Release pipeline"
          hint="Who uses it."
        />
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">Scopes</legend>
          <div className="grid gap-x-4 sm:grid-cols-2">
            {/* A token allows no more than who makes it. */}
            {SCOPES.filter(({ scope }) => held.includes(scope)).map(({ scope, meaning }) => (
              <label
                key={scope}
                className="flex min-h-8 cursor-pointer items-start gap-2 py-1 text-sm pointer-coarse:min-h-11"
              >
                <input
                  type="checkbox"
                  className="mt-0.5 size-4 accent-accent"
                  checked={scopes.has(scope)}
                  onChange={() => setScopes(toggled(scopes, scope))}
                />
                <span>
                  <code className="font-mono text-xs">{scope}</code>
                  <span className="block text-xs text-ink-faint">{meaning}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <SelectField label="Valid for" name="days" defaultValue="">
          <option value="">ever</option>
          <option value="30">30 days</option>
          <option value="90">90 days</option>
          <option value="365">a year</option>
        </SelectField>
        <DialogActions
          onClose={onClose}
          verb="Create"
          doing="One moment…"
          busy={create.isPending}
          error={create.error}
          disabled={create.isPending || scopes.size === 0}
        />
      </form>
    </Dialog>
  );
}
