/** Oneself: who one is, and the password. */
import { useMutation } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import { useSession } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { NewPassword } from '#web/ui/new-password.tsx';
import { toast } from '#web/ui/toast.tsx';
import { SettingsFrame } from './settings-frame.tsx';

export function AccountPage() {
  const session = useSession();
  const change = useMutation({
    mutationFn: ({
      body,
    }: {
      body: { currentPassword: string; newPassword: string };
      form: HTMLFormElement;
    }) => api.changePassword(body),
    meta: { shownInForm: true },
    onSuccess: (_, { form }) => {
      form.reset();
      toast({ message: 'The password is changed. Everywhere else you are signed out.' });
    },
  });
  return (
    <SettingsFrame section="account" title="Account">
      <Card title="You">
        <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1.5 text-sm">
          <dt className="text-ink-faint">Name</dt>
          <dd>
            <bdi>{session?.user.name}</bdi>
          </dd>
          <dt className="text-ink-faint">E-mail</dt>
          <dd className="[overflow-wrap:anywhere]">{session?.user.email}</dd>
          <dt className="text-ink-faint">Role</dt>
          <dd>{session?.user.role}</dd>
        </dl>
      </Card>
      <Card title="Password">
        <form
          className="flex max-w-sm flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            const form = event.currentTarget;
            const fields = new FormData(form);
            change.mutate({
              body: { currentPassword: textOf(fields, 'current'), newPassword: textOf(fields, 'password') },
              form,
            });
          }}
        >
          <input type="hidden" autoComplete="username" value={session?.user.email ?? ''} />
          <Field
            label="Present password"
            name="current"
            type="password"
            autoComplete="current-password"
            required
          />
          <NewPassword label="New password" />
          <FormProblem error={change.error} />
          <Button look="primary" type="submit" disabled={change.isPending} className="self-start">
            {change.isPending ? 'Saving…' : 'Change the password'}
          </Button>
        </form>
      </Card>
    </SettingsFrame>
  );
}
